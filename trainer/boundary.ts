/** What falls due between two steps: pure, from the plan and the schedule. */
import type { Plan, PlannedStage } from "./plan/plan.ts";
import type { Schedule } from "./protocol/config.ts";
import type { CheckpointReason } from "./protocol/events.ts";

export interface Boundary {
  /** The stage whose last step is just done. */
  readonly left: PlannedStage | null;
  /** The stage whose first step comes next. */
  readonly entered: PlannedStage | null;
  readonly evaluate: boolean;
  /** Why the plan wants a checkpoint here; empty when it does not. */
  readonly save: readonly CheckpointReason[];
  /** The run is done. */
  readonly end: boolean;
}

/** The boundary with `step` steps done. */
export function boundaryAt(step: number, plan: Plan, { checkpoint, evaluation }: Schedule): Boundary {
  const left = plan.stages.find(({ lastStep }) => lastStep + 1 === step) ?? null;
  const entered = plan.stages.find(({ firstStep }) => firstStep === step) ?? null;
  const end = step >= plan.steps;
  const every = (steps: number): boolean => step > 0 && step % steps === 0;
  const save: CheckpointReason[] = [];
  if (every(checkpoint.everySteps)) save.push("cadence");
  if (left !== null) save.push("stageEnd");
  if (end) save.push("final");
  return { left, entered, evaluate: every(evaluation.everySteps) || left !== null, save, end };
}
