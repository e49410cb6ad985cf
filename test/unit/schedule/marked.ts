/** Problems and the places they stand at, written as a text with marks: `"heads": «5»`. */
import { expect } from "vitest";
import { parseSchedule } from "../../../trainer/plan/schedule.ts";
import type { Problem } from "../../../trainer/protocol/errors.ts";
import { scheduleText } from "../plan/scheduleText.ts";

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

/** One line for each problem: its code and sentence, and its remedy. Each stands at the mark of the same number. */
export function check(marked: string, ...expected: readonly (readonly [problem: string, remedy: string])[]): void {
  const { text, places } = unmark(marked);
  const problems = problemsOf(text);
  expect(
    problems.map(({ severity, code, sentence, remedy }) => [`${label(severity)}${code}: ${sentence}`, remedy]),
  ).toEqual(expected);
  expect(problems.map(({ span }) => [span?.offset, span?.length])).toEqual(places);
  for (const { span } of problems) expect(span).toMatchObject(position(text, span?.offset ?? -1));
  expect(parseSchedule(text).ok).toBe(problems.every(({ severity }) => severity === "warning"));
}

const label = (severity: string): string => (severity === "warning" ? "warning " : "");

/** The whole schedule with the JSON of `key` replaced by a text that may hold marks. */
export function withPart(key: string, written: string, more: Readonly<Record<string, unknown>> = {}): string {
  const line = new RegExp(`^ *"${key}": .*?(,?)$`, "m");
  return scheduleText({ [key]: 0, ...more }).replace(line, (_, comma: string) => `  "${key}": ${written}${comma}`);
}
