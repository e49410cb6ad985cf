/** Standard training: every layer, every step. Card: full.md. */
import type { Strategy } from "../strategy.ts";
import { stagedStrategy, type StrategyContext, type SubnetworkRules } from "./staged.ts";

/** Nothing is ever skipped, so the rules for skipped layers never come to bear. */
const rules: SubnetworkRules = { sampling: "fixedSize", residualScale: "none", skippedUpdate: "skip" };

export function full(context: StrategyContext): Strategy {
  const whole = { name: "full", steps: context.steps, meanLayers: context.layers, learningRateFactor: 1 };
  return stagedStrategy("full", context, rules, [whole]);
}
