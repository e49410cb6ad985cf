/** How long the run is: in steps or in tokens, exactly one of the two. */
import { knownSteps } from "./known.ts";
import type { Finding, RuleInput } from "./rule.ts";

/** Steps are a 32-bit word of the random generator's counter. */
const maximumSteps = 2 ** 32 - 1;

export function* runLength(input: RuleInput): Iterable<Finding> {
  const { draft, isWritten, isAbsent } = input;
  if (isWritten(["steps"]) && isWritten(["tokens"])) {
    yield {
      code: "two-lengths",
      path: ["tokens"],
      sentence: 'Both "steps" and "tokens" say how long the run is.',
      remedy: "Remove one of them.",
    };
  }
  if (isAbsent(["steps"]) && isAbsent(["tokens"])) {
    yield {
      code: "no-length",
      path: ["steps"],
      sentence: "The schedule does not say how long to train.",
      remedy: 'Add "steps": a whole number of optimizer steps, or "tokens": a whole number of tokens.',
    };
  }
  const steps = knownSteps(input);
  if (steps !== undefined && steps > maximumSteps) {
    yield {
      code: "run-too-long",
      path: [draft.steps === undefined ? "tokens" : "steps"],
      sentence: `The run would take ${steps} steps; a run has at most ${maximumSteps}.`,
      remedy: "Shorten it.",
    };
  }
}
