import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonLines } from "../../../trainer/node/corpus/jsonLines.ts";

/** The documents and bad lines of `bytes`, pushed in pieces that end at `cuts`. */
function read(bytes: Uint8Array, cuts: readonly number[] = [], limit?: number) {
  const documents: string[] = [];
  const digests: (readonly [number, number])[] = [];
  const bad: string[] = [];
  const sink = {
    beginDocument: (digest: readonly [number, number]) => {
      digests.push(digest);
      documents.push("");
    },
    text: (text: Uint8Array) => documents.push(documents.pop() + Buffer.from(text).toString()),
    endDocument: () => undefined,
  };
  const lines = new JsonLines("text", sink, (line, why) => bad.push(`${line}: ${why}`), limit);
  const ends = [...cuts, bytes.length].sort((a, b) => a - b);
  ends.forEach((end, i) => lines.push(bytes.subarray(ends[i - 1] ?? 0, end)));
  lines.end();
  return { documents, digests, bad };
}

describe("JSONL", () => {
  test("a document a line; empty lines, a byte order mark and a last line without its end", () => {
    const text = '\ufeff{"text":"one","id":1}\n\n{"text":""}\r\n  {"text":"two\\nlines"}\r\n{"text":"drei \\u00fc"}';
    expect(read(Buffer.from(text))).toMatchObject({ documents: ["one", "two\nlines", "drei ü"], bad: [] });
  });

  test("bad lines are told by number and passed over", () => {
    const lines = ['{"text":"good"}', "{", "[1]", '{"txt":"x"}', '{"text":5}', "null", '{"text":"end"}'];
    expect(read(Buffer.from(lines.join("\n")))).toMatchObject({
      documents: ["good", "end"],
      bad: [
        "2: not JSON",
        "3: not an object",
        '4: no field "text"',
        '5: field "text" is not a text',
        "6: not an object",
      ],
    });
  });

  test("bytes that are not UTF-8 and lone surrogates become U+FFFD", () => {
    const line = Buffer.concat([Buffer.from('{"text":"a'), Buffer.of(0xff), Buffer.from('b\\ud800"}')]);
    expect(read(line).documents).toEqual(["a\ufffdb\ufffd"]);
  });

  test("a line beyond the limit costs that line only, however it is cut", () => {
    const text = Buffer.from(`{"text":"a"}\n{"text":"${"x".repeat(50)}"}\n{"text":"b"}`);
    for (let cut = 0; cut <= text.length; cut++) {
      expect(read(text, [cut], 30)).toMatchObject({ documents: ["a", "b"], bad: ["2: longer than 30 bytes"] });
    }
  });

  test("equal texts have equal digests, others have others", () => {
    const { digests } = read(Buffer.from('{"text":"a","n":1}\n{"text":"b"}\n{"n":2,"text":"\\u0061"}'));
    expect(digests[0]).toEqual(digests[2]);
    expect(digests[0]).not.toEqual(digests[1]);
  });

  test("any texts, cut anywhere", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", minLength: 1 })), fc.array(fc.nat(2000)), (texts, cuts) => {
        const bytes = Buffer.from(texts.map((text) => JSON.stringify({ text })).join("\n"));
        const within = cuts.map((cut) => Math.min(cut, bytes.length));
        expect(read(bytes, within)).toMatchObject({ documents: texts, bad: [] });
      }),
      { seed: 12, numRuns: 200 },
    );
  });
});
