/**
 * Readers of the run directory's files: text or unknown JSON to a value, or all problems. They never throw; foreign
 * fields are dropped, so that files of a later version can be read.
 */
import { checkpointShape, type CheckpointState } from "./checkpoint.ts";
import { controlAnswerShape, controlRequestShape, type ControlAnswer, type ControlRequest } from "./control.ts";
import type { Parsed, Problem } from "./errors.ts";
import { eventShape, type RunEvent } from "./events.ts";
import { leaseShape, type Lease } from "./lease.ts";
import { manifestShape, type RunManifest } from "./manifest.ts";
import { parseValue } from "./parse.ts";

/** Longest line of `events.ndjson` that is read; longer ones are reported. In UTF-16 units. */
export const maximumEventLength = 1_000_000;

export const parseManifest = (value: unknown): Parsed<RunManifest> => parseValue(manifestShape, value);
export const parseLease = (value: unknown): Parsed<Lease> => parseValue(leaseShape, value);
export const parseControlRequest = (value: unknown): Parsed<ControlRequest> => parseValue(controlRequestShape, value);
export const parseControlAnswer = (value: unknown): Parsed<ControlAnswer> => parseValue(controlAnswerShape, value);
export const parseCheckpointState = (value: unknown): Parsed<CheckpointState> => parseValue(checkpointShape, value);

/** `parse(JSON.parse(text))`, with a text that is not JSON as a problem like any other. */
export function parseJson<T>(text: string, parse: (value: unknown) => Parsed<T>): Parsed<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problems: [notJson(text)] };
  }
  return parse(value);
}

/** One line of `events.ndjson`, without its line feed. An event of an unknown type is refused with a warning only. */
export function parseEventLine(line: string): Parsed<RunEvent> {
  if (line.length > maximumEventLength) return { ok: false, problems: [tooLong(line.length)] };
  const parsed = parseJson(line, (value) => parseValue(eventShape, value));
  return parsed.ok ? parsed : { ok: false, problems: parsed.problems.map(asWarningIfNewer) };
}

/** A type of event that is not known was written by a later version: nothing is wrong with the file. */
const asWarningIfNewer = (problem: Problem): Problem =>
  problem.code === "unknown-value" && problem.path.length === 1 && problem.path[0] === "type"
    ? { ...problem, severity: "warning" }
    : problem;

export interface ParsedEvents {
  readonly events: readonly RunEvent[];
  /** What is wrong with complete lines; `path` is [line number from 1, ...path within the line]. */
  readonly problems: readonly Problem[];
  /** What follows the last line feed: a line still being written, or torn by a crash. Put it before the next text. */
  readonly rest: string;
  /** Complete lines read, good, bad and empty ones. */
  readonly lines: number;
}

/**
 * Every good line of `text`, in order. Bad lines are reported and passed over. `linesBefore` is the number of lines read
 * earlier, for a reader that goes on where it left off.
 */
export function parseEvents(text: string, linesBefore = 0): ParsedEvents {
  const lines = text.split("\n");
  const rest = lines.pop() ?? "";
  const events: RunEvent[] = [];
  const problems: Problem[] = [];
  lines.forEach((line, index) => {
    if (line.trim() === "") return;
    const parsed = parseEventLine(line);
    if (parsed.ok) events.push(parsed.value);
    else problems.push(...parsed.problems.map((each) => ({ ...each, path: [linesBefore + index + 1, ...each.path] })));
  });
  return { events, problems, rest, lines: lines.length };
}

const notJson = (text: string): Problem => ({
  severity: "error",
  code: "not-json",
  path: [],
  span: null,
  sentence: text.trim() === "" ? "The text is empty." : "The text is not JSON.",
  remedy: "It was cut off while it was written, or something else wrote it; the trainer never changes it afterwards.",
});

const tooLong = (length: number): Problem => ({
  severity: "error",
  code: "too-long",
  path: [],
  span: null,
  sentence: `The line has ${length} characters, more than ${maximumEventLength}.`,
  remedy: "No trainer writes such a line; remove it.",
});
