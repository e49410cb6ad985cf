/** What a rule over several fields gets and gives. Rules are silent about what they cannot know: half-typed or mistaken parts. */
import type { Schedule } from "../../protocol/config.ts";
import type { Problem } from "../../protocol/errors.ts";
import type { Draft, Path } from "../../protocol/parse.ts";

export interface RuleInput {
  /** What could be read; a part with a problem of its own is absent. */
  readonly draft: Draft<Schedule>;
  /** The author has written this key, with whatever value. */
  isWritten(path: Path): boolean;
  /** The key is truly not there; false while the text around it cannot be read. */
  isAbsent(path: Path): boolean;
}

export interface Finding extends Pick<Problem, "code" | "path" | "sentence" | "remedy"> {
  /** "error" when absent. */
  readonly severity?: Problem["severity"];
  /** The part of the string at `path` that the finding is about. */
  readonly part?: { readonly start: number; readonly length: number };
}

export type Rule = (input: RuleInput) => Iterable<Finding>;

/** A number in a sentence: at most four digits behind the point. */
export const figure = (value: number): string => String(Number(value.toFixed(4)));

export const plural = (count: number, noun: string): string => `${figure(count)} ${noun}${count === 1 ? "" : "s"}`;
