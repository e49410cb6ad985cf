/** BERT and AdamW on an engine with random batches: one whole training step at a time, for timing. */
import type { Engine } from "../../trainer/engine/port.ts";
import { Bert } from "../../trainer/model/bert.ts";
import { AdamW } from "../../trainer/optim/adamw.ts";
import { closeGate, readGate } from "../../trainer/optim/clip.ts";
import { countUpdate, noUpdates } from "../../trainer/optim/updateCounts.ts";
import { permute, uniform } from "../../trainer/plan/random.ts";
import type { MicroBatch } from "../../trainer/ports.ts";

export interface BenchSize {
  readonly name: string;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly batch: number;
  readonly length: number;
  readonly vocabulary: number;
}

/** The two models that goals are stated for. */
export const benchSizes: readonly BenchSize[] = [
  { name: "small", layers: 12, hidden: 128, heads: 4, batch: 16, length: 128, vocabulary: 4096 },
  { name: "large", layers: 12, hidden: 256, heads: 4, batch: 8, length: 128, vocabulary: 8192 },
];

export const maskShare = 0.15;

export interface BenchModel {
  readonly parameterCount: number;
  /** Forward, backward, gradient norm and AdamW over the layers named; resolves with the loss. */
  step(active: readonly number[]): Promise<number>;
  free(): void;
}

export function createBenchModel(engine: Engine, size: BenchSize, dropout = 0): BenchModel {
  const { layers, hidden, heads, batch, length, vocabulary } = size;
  const predicted = batch * Math.round(length * maskShare);
  const model = new Bert(engine, {
    ...{ layers, hidden, heads, feedForward: 4 * hidden, normPosition: "post", dropout },
    ...{
      vocabularySize: vocabulary,
      maxLength: length,
      length,
      microBatches: 1,
      tokens: batch * length,
      predicted,
      seed: 1,
    },
  });
  const optimizer = new AdamW(
    engine,
    { kind: "adamw", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 },
    model.parameters,
  );
  const gate = engine.allocate("gate", [3]);
  let counts = noUpdates(layers);
  let step = 0;
  return {
    parameterCount: model.parameters.reduce((sum, { value }) => sum + value.shape.reduce((a, b) => a * b, 1), 0),
    async step(active) {
      model.gradient([randomBatch(size, predicted, step)], { active, scale: active.map(() => 1) }, step);
      closeGate(engine, gate, model.parameters, active, 1);
      await readGate(engine, gate);
      counts = countUpdate(counts, active, "skip");
      optimizer.update({ active, skippedUpdate: "skip", counts, learningRate: 1e-4, gate });
      step += 1;
      const [loss = NaN] = await engine.read(model.loss);
      return loss;
    },
    free() {
      engine.free(gate);
      optimizer.free();
      model.free();
    },
  };
}

/** Random tokens; predicted positions without repeats, in order. */
function randomBatch({ batch, length, vocabulary }: BenchSize, predicted: number, step: number): MicroBatch {
  const tokens = batch * length;
  const ids = Int32Array.from({ length: tokens }, (_, i) => Math.floor(uniform(1, 1001, step, i) * vocabulary));
  const rows = Int32Array.from({ length: predicted }, (_, i) => permute(tokens, i, 1, 1002, step)).sort();
  return { ids, rows, labels: rows.map((row) => ids[row] ?? 0) };
}
