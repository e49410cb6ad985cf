/** RAPTR: random subnetworks that grow in stages to the full network (arXiv 2402.05913). Card: raptr.md. */
import type { StageConfig, StrategyConfig } from "../../protocol/config.ts";
import { stagesFromText, stageSteps } from "../stages.ts";
import type { Strategy } from "../strategy.ts";
import { stagedStrategy, type StagePart, type StrategyContext } from "./staged.ts";

export type RaptrConfig = Extract<StrategyConfig, { kind: "raptr" }>;

export const warmupStageName = "warm-up";

export function raptr(context: StrategyContext, config: RaptrConfig): Strategy {
  const warmup: StagePart = {
    name: warmupStageName,
    steps: config.warmupFullSteps,
    meanLayers: context.layers,
    learningRateFactor: 1,
  };
  const stages = raptrStages(config);
  const lengths = stageSteps(stages, config, context.steps - config.warmupFullSteps);
  if (!lengths.ok)
    throw new Error(`internal: stages that do not fill the run (${lengths.reason}) got past parseSchedule`);
  const parts = stages.map((stage, index): StagePart => ({
    name: stage.name ?? `stage ${index + 1}`,
    steps: lengths.steps[index] as number,
    meanLayers: stage.layers,
    learningRateFactor: stage.learningRate,
  }));
  return stagedStrategy("raptr", context, config, warmup.steps > 0 ? [warmup, ...parts] : parts);
}

/** The stages as objects, whichever way they are written. */
export function raptrStages(config: Pick<RaptrConfig, "stages">): readonly StageConfig[] {
  if (typeof config.stages !== "string") return config.stages;
  const layers = stagesFromText(config.stages);
  if (!layers) throw new Error("internal: a stages text that cannot be read got past parseSchedule");
  return layers.map((count) => ({ layers: count, learningRate: 1 }));
}
