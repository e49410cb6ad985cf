/** Facts that several rules need, each undefined while it cannot be known. */
import { tokensPerStep } from "../run.ts";
import { keptLayers } from "../strategies/staged.ts";
import type { RuleInput } from "./rule.ts";

/** Optimizer steps of the run. */
export function knownSteps({ draft, isWritten }: RuleInput): number | undefined {
  const { steps, tokens, batch } = draft;
  if (isWritten(["steps"])) return isWritten(["tokens"]) ? undefined : steps;
  if (tokens === undefined || batch?.size === undefined || batch.length === undefined) return undefined;
  return Math.ceil(tokens / tokensPerStep({ size: batch.size, length: batch.length }));
}

/** How many layers always run; undefined also where the list itself is mistaken. */
export function knownKept(input: RuleInput): number | undefined {
  const { draft, isAbsent } = input;
  const layers = draft.model?.layers;
  const strategy = draft.strategy;
  if (layers === undefined || (strategy?.kind !== "raptr" && strategy?.kind !== "constant")) return undefined;
  if (isAbsent(["strategy", "alwaysKept"])) return keptLayers(undefined, layers).length;
  const kept = strategy.alwaysKept;
  if (!kept) return undefined;
  const valid = kept.filter((layer) => layer !== undefined && layer <= layers);
  return valid.length === kept.length && new Set(valid).size === valid.length ? valid.length : undefined;
}
