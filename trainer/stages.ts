/** Entering and leaving a stage, and the losses at both ends of it. */
import type { PlannedStage } from "./plan/plan.ts";
import type { Journal } from "./ports.ts";
import { lossWindow } from "./state.ts";
import type { TrainState } from "./state.ts";

/** Before the stage's first step. */
export function enterStage(journal: Journal, { index, name, meanLayers }: PlannedStage, state: TrainState): TrainState {
  journal.event({ type: "stageEntered", step: state.step, stage: index, name, meanLayers });
  return { ...state, stageLosses: { stage: index, first: [], last: [] } };
}

/** After the stage's last step. In a short stage each end is a half, so that the two ends never share a step. */
export function leaveStage(journal: Journal, stage: PlannedStage, { step, stageLosses }: TrainState): void {
  const { index, name, steps } = stage;
  const { first, last } = stageLosses;
  const window = Math.max(1, Math.min(lossWindow, Math.floor(steps / 2)));
  const ends = { lossAtEntry: mean(first.slice(0, window)), lossAtExit: mean(last.slice(-window)) };
  journal.event({ type: "stageLeft", step, stage: index, name, ...ends });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
