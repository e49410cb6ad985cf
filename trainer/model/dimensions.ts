/** The sizes that a model's tensors follow from, read off a schedule. */
import { modelSize, predictedPositions } from "../plan/run.ts";
import type { Schedule } from "../protocol/config.ts";

export interface BertDimensions {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly normPosition: "pre" | "post";
  /** Rate on embeddings, attention probabilities and both branches, while training. */
  readonly dropout: number;
  readonly vocabularySize: number;
  /** Positions the model has embeddings for. */
  readonly maxLength: number;
  /** Tokens per sequence. */
  readonly length: number;
  readonly microBatches: number;
  /** Tokens per micro-batch: N. */
  readonly tokens: number;
  /** Predicted positions per micro-batch: K. */
  readonly predicted: number;
  readonly seed: number;
}

export function bertDimensions(schedule: Schedule, vocabularySize: number): BertDimensions {
  const { model, batch, objective } = schedule;
  const { layers, hidden, heads, feedForward, positions } = modelSize(schedule);
  const sequences = batch.size / batch.microBatches;
  return {
    layers,
    hidden,
    heads,
    feedForward,
    normPosition: model.normPosition,
    dropout: model.dropout,
    vocabularySize,
    maxLength: positions,
    length: batch.length,
    microBatches: batch.microBatches,
    tokens: sequences * batch.length,
    predicted: sequences * predictedPositions(batch.length, objective.maskShare),
    seed: schedule.seed,
  };
}
