/** The golden cases: the same configurations, weights and inputs as `reference.py`, made here from the same numbers. */
import { readFileSync } from "node:fs";
import { bits, normal } from "../../trainer/plan/random.ts";
import type { BertDimensions } from "../../trainer/model/dimensions.ts";
import type { MicroBatch, TensorSpec } from "../../trainer/ports.ts";

export interface ModelCase {
  readonly name: string;
  readonly normPosition: "pre" | "post";
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly maxLength: number;
  readonly vocabularySize: number;
  readonly length: number;
  readonly size: number;
  readonly microBatches: number;
  readonly maskShare: number;
  readonly dropout: number;
  readonly seed: number;
  readonly step: number;
  readonly active: readonly number[];
  readonly scale: readonly number[];
}

export interface CurveCase {
  readonly name: string;
  readonly model: string;
  readonly skippedUpdate: "skip" | "zeroGradient";
  readonly clipNorm: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly learningRates: readonly number[];
  readonly active: readonly (readonly number[])[];
}

export const goldenDirectory = new URL(".", import.meta.url);

export const { models, curves }: { models: readonly ModelCase[]; curves: readonly CurveCase[] } = JSON.parse(
  readFileSync(new URL("cases.json", goldenDirectory), "utf8"),
);

/** Streams of fixed weights and inputs; no run draws from them. */
const streams = { weights: 0xf0001, ids: 0xf0002, rows: 0xf0003, labels: 0xf0004 };

export function dimensionsOf(model: ModelCase): BertDimensions {
  const sequences = model.size / model.microBatches;
  return {
    ...model,
    tokens: sequences * model.length,
    predicted: sequences * Math.max(1, Math.round(model.length * model.maskShare)),
  };
}

/** Fixed weights by checkpoint name; the draws are numbered by the names in sorted order. */
export function fixedWeights(model: ModelCase, specs: readonly TensorSpec[]): Map<string, Float32Array> {
  return new Map(
    specs.toSorted(byName).map(({ name, shape }, index) => {
      const values = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
      for (let i = 0; i < values.length; i++)
        values[i] = weight(name, shape, normal(model.seed, streams.weights, index, i));
      return [name, values];
    }),
  );
}

const byName = (a: TensorSpec, b: TensorSpec): number => (a.name < b.name ? -1 : 1);

function weight(name: string, shape: readonly number[], z: number): number {
  if (name.endsWith("LayerNorm.weight")) return 1 + 0.2 * z;
  if (name.endsWith("bias")) return 0.1 * z;
  return z * (1.2 / Math.sqrt(shape[1]!));
}

/** The micro-batches of `step`; the first label of each is -1. */
export function fixedBatch(model: ModelCase, step: number): readonly MicroBatch[] {
  const { tokens, predicted } = dimensionsOf(model);
  return Array.from({ length: model.microBatches }, (_, i) => {
    const draw = (stream: number, size: number, below: number): Int32Array =>
      Int32Array.from(
        { length: size },
        (_, index) => bits(model.seed, stream, step * model.microBatches + i, index) % below,
      );
    const labels = draw(streams.labels, predicted, model.vocabularySize);
    labels[0] = -1;
    return {
      ids: draw(streams.ids, tokens, model.vocabularySize),
      rows: draw(streams.rows, predicted, tokens),
      labels,
    };
  });
}
