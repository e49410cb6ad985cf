/** Entering and leaving a stage, and the losses at both ends of it. */
import type { PlannedStage } from "./plan/plan.ts";
import type { Journal } from "./ports.ts";
import type { TrainState } from "./state.ts";

/** Before the stage's first step. */
export function enterStage(journal: Journal, { index, name, meanLayers }: PlannedStage, state: TrainState): TrainState {
  journal.event({ type: "stageEntered", step: state.step, stage: index, name, meanLayers });
  return { ...state, stageLosses: { stage: index, first: [], last: [] } };
}

/** After the stage's last step. */
export function leaveStage(journal: Journal, { index, name }: PlannedStage, { step, stageLosses }: TrainState): void {
  const { first, last } = stageLosses;
  const ends = { lossAtEntry: mean(first), lossAtExit: mean(last) };
  journal.event({ type: "stageLeft", step, stage: index, name, ...ends });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
