/** Stochastic depth at one keep probability from first to last step: the control without growth. Card: constant.md. */
import type { StrategyConfig } from "../../protocol/config.ts";
import type { Strategy } from "../strategy.ts";
import { stagedStrategy, type StrategyContext } from "./staged.ts";

export type ConstantConfig = Extract<StrategyConfig, { kind: "constant" }>;

export function constant(context: StrategyContext, config: ConstantConfig): Strategy {
  const whole = { name: "constant", steps: context.steps, meanLayers: config.layers, learningRateFactor: 1 };
  return stagedStrategy("constant", context, config, [whole]);
}
