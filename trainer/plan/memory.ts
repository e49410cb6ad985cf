/**
 * The engine memory that training takes, counted tensor by tensor as `model/bert` and `optim/adamw` allocate them (a test
 * holds both together). Engines add their own rounding and working memory, well under a percent.
 */
import type { Schedule } from "../protocol/config.ts";
import { parameterCount } from "./flops.ts";
import { modelSize, predictedPositions } from "./run.ts";

/** Bytes. Activations include the batch itself and what backward needs, for the full network: evaluation runs it. */
export interface MemoryBytes {
  readonly parameters: number;
  /** AdamW's two moments. */
  readonly moments: number;
  readonly gradients: number;
  readonly activations: number;
  readonly total: number;
}

const float32 = 4;

export function memoryBytes(schedule: Schedule): MemoryBytes {
  const parameters = float32 * parameterCount(modelSize(schedule));
  const moments = 2 * parameters;
  const gradients = parameters;
  const activations = float32 * activationCount(schedule);
  return { parameters, moments, gradients, activations, total: parameters + moments + gradients + activations };
}

/** N = tokens and K = predicted positions of a micro-batch; h = hidden, f = feedForward, V = vocabulary, T = length. */
function activationCount(schedule: Schedule): number {
  const { batch, objective } = schedule;
  const { layers, hidden: h, feedForward: f, heads, vocabulary, normPosition } = modelSize(schedule);
  const rows = batch.size / batch.microBatches;
  const tokens = rows * batch.length;
  const predicted = rows * predictedPositions(batch.length, objective.maskShare);

  const norm = h + 2;
  const attention = 3 * h + heads * batch.length + h;
  const layer = attention + 2 * f + 2 * (h + norm);
  const finalNorm = normPosition === "pre" ? norm : 0;
  const embeddings = h + norm;
  const scratch = 2 * h + 3 * h + f;
  const gradientStream = h;
  const perToken = layers * layer + finalNorm + embeddings + scratch + gradientStream;

  const headPerPosition = 5 * h + norm + vocabulary + 1;
  const inputs = batch.microBatches * (tokens + 2 * predicted);
  return tokens * perToken + predicted * headPerPosition + inputs + lossesAndGate;
}

/** Loss and micro-batch loss; gradient norm, clip coefficient and finiteness. */
const lossesAndGate = 2 + 3;
