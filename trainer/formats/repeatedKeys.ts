/**
 * Keys that stand more than once in the outermost object of a JSON text, each told once. `JSON.parse` keeps the last of
 * them without a word. `json` is valid JSON.
 */
export function repeatedKeys(json: string): readonly string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  let depth = 0;
  let text: string | null = null;
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case '"': {
        const end = endOfString(json, at);
        text = json.slice(at, end + 1);
        at = end;
        break;
      }
      case "{":
      case "[":
        depth++;
        break;
      case "}":
      case "]":
        depth--;
        break;
      case ":":
        // A text before a colon is a key.
        if (depth === 1 && text !== null) {
          const key = String(JSON.parse(text));
          (seen.has(key) ? repeated : seen).add(key);
        }
        break;
    }
  }
  return [...repeated];
}

/** Position of the quote that closes the string which opens at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at;
}
