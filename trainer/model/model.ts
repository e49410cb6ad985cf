/** What the training loop knows of a model. Operations are queued on the engine the model was created with. */
import type { Tensor } from "../engine/port.ts";
import type { Subnetwork } from "../plan/strategy.ts";
import type { MicroBatch } from "../ports.ts";
import type { Parameter } from "./parameters.ts";

export interface Model {
  /** In the order of their numbers. */
  readonly parameters: readonly Parameter[];
  /** [1]: mean loss over the predicted positions of the last `gradient` or `evaluate`, in nats. */
  readonly loss: Tensor;

  /**
   * Queues forward and backward of `subnetwork` over one optimizer step's micro-batches. Sets `loss`, and the gradients
   * of the shared parameters and of the active layers; skipped layers' gradients are left as they are.
   * Nothing may be queued before. `step` numbers the dropout masks.
   */
  gradient(microBatches: readonly MicroBatch[], subnetwork: Subnetwork, step: number): void;
  /** Queues the forward pass of the full network without dropout. Sets `loss`. Nothing may be queued before. */
  evaluate(microBatches: readonly MicroBatch[]): void;
  /** What the last forward pass over `active` layers wrote, in the order of time: for finding where numbers went wrong. */
  activations(active: readonly number[]): readonly Tensor[];
  /** Frees every tensor of the model. */
  free(): void;
}

/** Predicted positions that count: labels of -1 are fill. */
export function countLabels(microBatches: readonly MicroBatch[]): number {
  let count = 0;
  for (const { labels } of microBatches) for (const label of labels) if (label >= 0) count++;
  return count;
}
