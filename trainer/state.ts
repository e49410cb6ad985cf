/** All that resume needs besides tensors and pure functions of (config, seed, step). Values, never changed in place. */
import { noUpdates } from "./optim/updateCounts.ts";
import type { CheckpointState } from "./protocol/checkpoint.ts";
import type { CheckpointReason } from "./protocol/events.ts";

export type TrainState = Pick<
  CheckpointState,
  "step" | "tokens" | "updateCounts" | "layerFlops" | "bestEvaluation" | "stageLosses"
>;

export const initialState = (layers: number): TrainState => ({
  step: 0,
  tokens: 0,
  updateCounts: noUpdates(layers),
  layerFlops: 0,
  bestEvaluation: null,
  stageLosses: { stage: 0, first: [], last: [] },
});

export function stateOfCheckpoint(checkpoint: CheckpointState): TrainState {
  const { step, tokens, updateCounts, layerFlops, bestEvaluation, stageLosses } = checkpoint;
  return { step, tokens, updateCounts, layerFlops, bestEvaluation, stageLosses };
}

export const checkpointOfState = (
  state: TrainState,
  { name, fingerprint }: CheckpointState["engine"],
  reasons: readonly CheckpointReason[],
): Omit<CheckpointState, "files"> => ({
  format: "raptr-checkpoint",
  version: 1,
  ...state,
  engine: { name, fingerprint },
  reasons,
});

/** Losses kept at each end of a stage. */
export const lossWindow = 20;

/** The losses at both ends of stage `stage`, one step later. */
export const addLoss = (
  { first, last }: TrainState["stageLosses"],
  stage: number,
  loss: number,
): TrainState["stageLosses"] => ({
  stage,
  first: first.length < lossWindow ? [...first, loss] : first,
  last: [...last, loss].slice(-lossWindow),
});
