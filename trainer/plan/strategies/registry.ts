/** Strategies by the `kind` that a schedule names. Adding one: a shape in `protocol/config.ts`, a file, a card, a line here. */
import type { Schedule, StrategyConfig } from "../../protocol/config.ts";
import { runSteps } from "../run.ts";
import type { Strategy } from "../strategy.ts";
import { constant } from "./constant.ts";
import { full } from "./full.ts";
import { raptr } from "./raptr.ts";
import type { StrategyContext } from "./staged.ts";

type Kind = StrategyConfig["kind"];
type Strategies = {
  readonly [K in Kind]: (context: StrategyContext, config: Extract<StrategyConfig, { kind: K }>) => Strategy;
};

const strategies: Strategies = { raptr, constant, full };

export const strategyKinds = Object.keys(strategies) as readonly Kind[];

/** The strategy of a parsed schedule. */
export function createStrategy(schedule: Schedule): Strategy {
  const context = { layers: schedule.model.layers, steps: runSteps(schedule), seed: schedule.seed };
  return create(context, schedule.strategy);
}

function create<K extends Kind>(context: StrategyContext, config: Extract<StrategyConfig, { kind: K }>): Strategy {
  const kind: K = config.kind as K;
  return strategies[kind](context, config);
}
