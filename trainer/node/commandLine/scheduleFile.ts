/** Reads a schedule for the command line: the text, what it says, and where each thing stands in it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseSchedule, type ParsedSchedule } from "../../plan/schedule.ts";
import type { Schedule } from "../../protocol/config.ts";
import type { Problem } from "../../protocol/errors.ts";
import { DocumentError, unreadableFile } from "./failures.ts";
import { complainAbout } from "./output.ts";

export interface ScheduleDocument {
  /** As it was given. */
  readonly file: string;
  readonly text: string;
  readonly schedule: Schedule;
  /** The name of runs of it. */
  readonly name: string;
  /** A failure about this document; problems get their places in its text. */
  wrong(problems: readonly Omit<Problem, "span">[]): DocumentError;
}

/** Throws a DocumentError with every problem; warnings are said. */
export function readSchedule(file: string): ScheduleDocument {
  const text = readText(file);
  const parsed = parseSchedule(text);
  if (!parsed.ok) throw new DocumentError(file, parsed.problems);
  for (const warning of parsed.warnings) complainAbout(file, warning);
  return {
    file,
    text,
    schedule: parsed.value,
    name: parsed.value.name ?? path.basename(file).replace(/(\.raptr)?\.jsonc?$/, ""),
    wrong: (problems) => new DocumentError(file, located(parsed, problems)),
  };
}

function located(parsed: ParsedSchedule, problems: readonly Omit<Problem, "span">[]): readonly Problem[] {
  return problems.map((problem) => ({ ...problem, span: parsed.locate(problem.path) }));
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw unreadableFile(file, error);
  }
}
