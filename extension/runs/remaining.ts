/** How long a run still takes: FLOPs that are left at the pace of the latest steps, so that deeper stages count as slower. */
import type { Plan } from "../../trainer/plan/plan.ts";

/** Sums over the latest steps. */
export interface Pace {
  readonly steps: number;
  readonly milliseconds: number;
  /** FLOPs of layers over these steps. */
  readonly layerFlops: number;
}

/** Seconds from `step` (updates done) to the end of the plan; null without a pace. Evaluations and checkpoints not counted. */
export function remainingSeconds(plan: Plan, step: number, pace: Pace): number | null {
  const flopsDone = pace.layerFlops + pace.steps * plan.otherFlopsPerStep;
  if (pace.steps === 0 || flopsDone <= 0) return null;
  let flopsLeft = 0;
  for (const stage of plan.stages) {
    const steps = stage.lastStep + 1 - Math.max(step, stage.firstStep);
    if (steps > 0) flopsLeft += steps * (plan.otherFlopsPerStep + stage.meanLayers * plan.layerFlopsPerStep);
  }
  return ((flopsLeft / flopsDone) * pace.milliseconds) / 1000;
}
