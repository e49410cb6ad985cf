/** The learning rate of each step: linear warm-up from 0 to the peak, decay to the end, a factor per stage. */
import type { Schedule } from "../protocol/config.ts";
import type { Plan } from "./plan.ts";

type LearningRate = Schedule["learningRate"];

/** A stretch of steps with its own factor on the rate. */
export interface RateStage {
  readonly firstStep: number;
  readonly steps: number;
  readonly learningRateFactor: number;
}

/**
 * The learning rate of step `step`, counted from 0. With warm-up W and run length T, as in BERT's own schedule: step s
 * has peak s / W while s < W; from there the decay goes by (s - W) / (T - W), so that `final` would be reached at step T.
 */
export function learningRateAt(schedule: Schedule, plan: Plan, step: number): number {
  return rateAt(schedule.learningRate, plan.stages, step);
}

/** As `learningRateAt`, from the bare stages. */
export function rateAt(config: LearningRate, stages: readonly RateStage[], step: number): number {
  const stage = stages.find((each) => step < each.firstStep + each.steps) ?? stages.at(-1);
  if (!stage) return 0;
  const total = stages.reduce((steps, each) => steps + each.steps, 0);
  const within = config.restart ? { first: stage.firstStep, steps: stage.steps } : { first: 0, steps: total };
  return config.peak * stage.learningRateFactor * shareOfPeak(config, step - within.first, within.steps);
}

function shareOfPeak({ warmupSteps, decay, final }: LearningRate, step: number, steps: number): number {
  if (step < warmupSteps) return step / warmupSteps;
  const progress = steps > warmupSteps ? Math.min(1, (step - warmupSteps) / (steps - warmupSteps)) : 0;
  switch (decay) {
    case "constant":
      return 1;
    case "linear":
      return 1 + (final - 1) * progress;
    case "cosine":
      return final + (1 - final) * 0.5 * (1 + Math.cos(Math.PI * progress));
  }
  decay satisfies never;
}
