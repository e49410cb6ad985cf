/** Problems and the places they stand at, written as a text with marks: `"heads": «5»`. */
import { parseSchedule } from "../../../trainer/plan/schedule.ts";
import type { Problem } from "../../../trainer/protocol/errors.ts";

/** The text without its marks, and the marked places in order. */
export function unmark(marked: string): {
  readonly text: string;
  readonly places: readonly (readonly [number, number])[];
} {
  const places: (readonly [number, number])[] = [];
  let text = "";
  for (const piece of marked.split("«")) {
    const [inside, after] = piece.split("»");
    if (after === undefined) {
      text += piece;
      continue;
    }
    places.push([text.length, (inside ?? "").length]);
    text += (inside ?? "") + after;
  }
  return { text, places };
}

export function problemsOf(text: string): readonly Problem[] {
  const parsed = parseSchedule(text);
  return parsed.ok ? parsed.warnings : parsed.problems;
}

/** Line and column of an offset, counted the plain way. */
export function position(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
