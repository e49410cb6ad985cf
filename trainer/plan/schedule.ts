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
    // Where the nesting is lost, no value is known to stand where it belongs.
    draft: json.lostFrom === Infinity ? draft : {},
    isWritten: (path) => json.locateKey(path) !== null,
    isAbsent: (path) => json.isComplete(path.slice(0, -1)) && json.locateKey(path) === null,
  };
  const trusted = (problem: { readonly span: Span | null }): boolean => (problem.span?.offset ?? 0) <= json.lostFrom;
  const problems = [
    ...json.problems.filter(trusted),
    ...shape.problems.map((problem) => ({ ...problem, span: spanOfShapeProblem(json, problem) })).filter(trusted),
    ...findings(input).map((finding) => problemOf(finding, spanOfFinding(json, finding))),
  ];
  return { ...parsed(draft, problems), locate: json.locate };
}

function parsed(draft: Draft<Schedule>, problems: readonly Problem[]): Parsed<Schedule> {
  const errors = problems.filter((problem) => problem.severity === "error");
  const warnings = problems.filter((problem) => problem.severity === "warning");
  // Errors first, so that no number of warnings crowds them out.
  const told = inOrderOfText([...errors, ...warnings].slice(0, maximumProblems));
  if (errors.length > 0) return { ok: false, problems: told };
  // Without errors every part of the shape has been read, so the draft is the schedule.
  return { ok: true, value: draft as Schedule, warnings: told };
}

const findings = (input: RuleInput): readonly Finding[] => rules.flatMap((rule) => [...rule(input)]);

function problemOf({ severity, code, path, sentence, remedy }: Finding, span: Span): Problem {
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
