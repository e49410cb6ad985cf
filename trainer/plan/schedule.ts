/** Reads a schedule (`*.raptr.json`): the text's syntax, the shape of its values, and the rules over several fields, all at once. */
import { scheduleShape, type Schedule } from "../protocol/config.ts";
import type { Parsed, Problem, Span } from "../protocol/errors.ts";
import { maximumProblems, readDraft, type Draft, type Path } from "../protocol/parse.ts";
import { readJsonText, type JsonText } from "./jsonText.ts";
import { rules } from "./rules/registry.ts";
import type { Finding, RuleInput } from "./rules/rule.ts";

/** `locate` says where the value at a path stands in the text, whether or not the schedule is right. */
export type ParsedSchedule = Parsed<Schedule> & { locate(path: Path): Span | null };

/** The schedule, or every problem with the text, in the order of the text. Warnings stand among the problems when there are errors. */
export function parseSchedule(text: string): ParsedSchedule {
  const json = readJsonText(text);
  const shape = readDraft(scheduleShape, json.value);
  const draft = (shape.draft ?? {}) as Draft<Schedule>;
  const input: RuleInput = {
    draft,
    isWritten: (path) => json.locateKey(path) !== null,
    isAbsent: (path) => json.isComplete(path.slice(0, -1)) && json.locateKey(path) === null,
  };
  const problems = [
    ...json.problems,
    ...shape.problems.map((problem) => ({ ...problem, span: spanOfShapeProblem(json, problem) })),
    ...findings(input).map((finding) => problemOf(finding, spanOfFinding(json, finding))),
  ];
  const result = parsed(draft, inOrderOfText(problems).slice(0, maximumProblems));
  return { ...result, locate: json.locate };
}

/**
 * Holds a schedule that has no text, or that was changed after parsing, against the rules over several fields.
 * The problems have no spans.
 */
export function checkSchedule(schedule: Schedule): readonly Problem[] {
  const has = (path: Path): boolean => valueAt(schedule, path) !== undefined;
  // Defaults are filled in, so what the author wrote is not known; rules about that stay silent.
  const optional = (path: Path): boolean => path.length === 1 || ["steps", "share"].includes(String(path.at(-1)));
  const input: RuleInput = {
    draft: schedule,
    isWritten: (path) => optional(path) && has(path),
    isAbsent: (path) => !has(path),
  };
  return findings(input).map((finding) => problemOf(finding, null));
}

function parsed(draft: Draft<Schedule>, problems: readonly Problem[]): Parsed<Schedule> {
  if (problems.some((problem) => problem.severity === "error")) return { ok: false, problems };
  // Without errors every part of the shape has been read, so the draft is the schedule.
  return { ok: true, value: draft as Schedule, warnings: problems };
}

const findings = (input: RuleInput): readonly Finding[] => rules.flatMap((rule) => [...rule(input)]);

function problemOf({ severity, code, path, sentence, remedy }: Finding, span: Span | null): Problem {
  return { severity: severity ?? "error", code, path, span, sentence, remedy };
}

function spanOfShapeProblem(json: JsonText, { code, path }: Problem): Span {
  return (code === "unknown-key" ? json.locateKey(path) : null) ?? json.mark(path);
}

function spanOfFinding(json: JsonText, { path, part }: Finding): Span {
  return (part ? json.locateWithin(path, part.start, part.length) : null) ?? json.mark(path);
}

function inOrderOfText(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => (a.span?.offset ?? 0) - (b.span?.offset ?? 0));
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) => (typeof at === "object" && at !== null ? (at as Record<string | number, unknown>)[part] : undefined),
    value,
  );
}
