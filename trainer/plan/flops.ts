/**
 * Floating-point operations and parameters of the BERT-like encoder. A multiply-add counts as 2; norms, softmax, GELU,
 * residual sums and the optimizer are left out, as is usual. h = hidden, f = feedForward, s = length, V = vocabulary.
 */
import type { ModelSize } from "./run.ts";

/** Backward computes two products for each of forward's: with respect to inputs and to weights. */
const forwardAndBackward = 3;

/** One layer, forward, per token: 2 (4 h^2 + 2 h f) for the weights and 4 s h for scores and weighted values. */
export function layerForwardFlopsPerToken({ hidden, feedForward }: ModelSize, length: number): number {
  return 2 * (4 * hidden * hidden + 2 * hidden * feedForward) + 4 * length * hidden;
}

/** The prediction head, forward, per predicted position: the transform's h x h and the tied decoder's h x V. */
export function headForwardFlopsPerPosition({ hidden, vocabulary }: ModelSize): number {
  return 2 * hidden * hidden + 2 * hidden * vocabulary;
}

export interface StepShape {
  readonly size: number;
  readonly length: number;
  /** Predicted positions per row. */
  readonly predicted: number;
}

/** FLOPs of one layer in one optimizer step, forward and backward. */
export const layerFlopsPerStep = (model: ModelSize, step: StepShape): number =>
  forwardAndBackward * layerForwardFlopsPerToken(model, step.length) * step.size * step.length;

/** FLOPs of everything that is not a layer in one optimizer step: the head, on predicted positions only. */
export const otherFlopsPerStep = (model: ModelSize, step: StepShape): number =>
  forwardAndBackward * headForwardFlopsPerPosition(model) * step.size * step.predicted;

/** Token types with embeddings, as in BERT; packed text uses the first only. */
export const tokenTypes = 2;

/** Trained numbers of the model, each counted once: the decoder shares the word embeddings. */
export function parameterCount(model: ModelSize): number {
  const { layers, hidden, vocabulary, positions, normPosition } = model;
  const norm = 2 * hidden;
  const embeddings = (vocabulary + positions + tokenTypes) * hidden + norm;
  const finalNorm = normPosition === "pre" ? norm : 0;
  const head = hidden * hidden + hidden + norm + vocabulary;
  return embeddings + layers * layerParameterCount(model) + finalNorm + head;
}

export function layerParameterCount({ hidden, feedForward }: ModelSize): number {
  const attention = 4 * (hidden * hidden + hidden);
  const mlp = 2 * hidden * feedForward + feedForward + hidden;
  const norms = 2 * 2 * hidden;
  return attention + mlp + norms;
}
