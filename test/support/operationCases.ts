/**
 * Every operation of the engine port on seeded data, as cases that run on any engine: what parity, thread counts and
 * SIMD variants are compared on. A table, and in one place for that: what is missing is seen by reading it through.
 */
import type { Dropout } from "../../trainer/engine/port.ts";
import { permute } from "../../trainer/plan/random.ts";
import type { Bench } from "./operationBench.ts";

export interface OperationCase {
  readonly name: string;
  /** Size of the terms that cancel in it, where the results may be far smaller than what they are made of. */
  readonly magnitude?: number;
  record(bench: Bench): void;
}

const dropout: Dropout = { rate: 0.3, seed: 2 ** 40 + 12345, stream: 0x10003, step: 77 };

/** Rows, inner and outer widths: ones, primes, just beside vector and panel widths, and one larger. */
const linearShapes = [
  [1, 1, 1],
  [2, 3, 5],
  [7, 17, 13],
  [6, 4, 8],
  [31, 33, 15],
  [49, 64, 48],
  [53, 260, 97],
  [130, 131, 257],
  [257, 128, 384],
] as const;
const rowShapes = [
  [1, 1],
  [3, 2],
  [33, 7],
  [64, 16],
  [65, 31],
  [131, 128],
  [97, 257],
] as const;
/** Batch, length, heads, width of a head. */
const attentionShapes = [
  [1, 1, 1, 1],
  [2, 3, 1, 5],
  [1, 7, 3, 2],
  [3, 13, 2, 11],
  [2, 33, 4, 16],
  [2, 64, 2, 33],
] as const;
const flatSizes = [1, 3, 31, 4096, 8193, 20011] as const;

export const operationCases: readonly OperationCase[] = [
  ...linearShapes.flatMap(linearCases),
  ...rowShapes.flatMap(rowCases),
  ...attentionShapes.flatMap(attentionCases),
  ...flatSizes.flatMap(flatCases),
];

function linearCases([N, inner, out]: readonly [number, number, number]): OperationCase[] {
  const shape = `${N}x${inner}x${out}`;
  const forward = (b: Bench) => ({
    x: b.input("x", [N, inner]),
    weight: b.input("weight", [out, inner], 0.5),
    bias: b.input("bias", [out]),
  });
  const backward = (b: Bench) => ({
    gradOut: b.input("gradOut", [N, out]),
    weight: b.input("weight", [out, inner], 0.5),
  });
  const classifier = (b: Bench) => ({
    ...forward(b),
    labels: b.integers("labels", N, out, 4),
    logits: b.output("logits", [N, out]),
    losses: b.output("losses", [N]),
  });
  return [
    {
      name: `linearForward ${shape}`,
      record: (b) => b.engine.linearForward({ ...forward(b), out: b.output("out", [N, out]) }),
    },
    {
      name: `linearForward with residual ${shape}`,
      record: (b) =>
        b.engine.linearForward({
          ...forward(b),
          residual: b.input("residual", [N, out]),
          out: b.output("out", [N, out]),
        }),
    },
    {
      name: `linearForward with GELU ${shape}`,
      record: (b) =>
        b.engine.linearForward({
          ...forward(b),
          preActivation: b.output("preActivation", [N, out]),
          out: b.output("out", [N, out]),
        }),
    },
    {
      name: `linearBackwardInput ${shape}`,
      record: (b) => b.engine.linearBackwardInput({ ...backward(b), gradX: b.output("gradX", [N, inner]) }),
    },
    {
      name: `linearBackwardInput added in place ${shape}`,
      record: (b) => {
        const gradX = b.accumulator("gradX", [N, inner]);
        b.engine.linearBackwardInput({ ...backward(b), gradX, add: gradX });
      },
    },
    {
      name: `linearBackwardInput with GELU ${shape}`,
      record: (b) =>
        b.engine.linearBackwardInput({
          ...backward(b),
          gradX: b.output("gradX", [N, inner]),
          preActivation: b.input("preActivation", [N, inner]),
        }),
    },
    {
      name: `linearBackwardInput with GELU, added in place ${shape}`,
      record: (b) => {
        const gradX = b.accumulator("gradX", [N, inner]);
        const preActivation = b.input("preActivation", [N, inner]);
        b.engine.linearBackwardInput({ ...backward(b), gradX, add: gradX, preActivation });
      },
    },
    {
      name: `linearBackwardWeight ${shape}`,
      record: (b) =>
        b.engine.linearBackwardWeight({
          x: b.input("x", [N, inner]),
          gradOut: b.input("gradOut", [N, out]),
          gradWeight: b.accumulator("gradWeight", [out, inner]),
          gradBias: b.accumulator("gradBias", [out]),
        }),
    },
    {
      name: `linearBackwardWeight on zeros ${shape}`,
      record: (b) => {
        const gradWeight = b.output("gradWeight", [out, inner]);
        const gradBias = b.output("gradBias", [out]);
        const args = { x: b.input("x", [N, inner]), gradOut: b.input("gradOut", [N, out]), gradWeight, gradBias };
        b.engine.zero(gradWeight);
        b.engine.zero(gradBias);
        b.engine.linearBackwardWeight(args);
        b.engine.linearBackwardWeight(args);
      },
    },
    { name: `classifierForward, logits ${shape}`, record: (b) => b.engine.classifierForward(classifier(b)) },
    {
      name: `classifierForward, gradient ${shape}`,
      record: (b) => b.engine.classifierForward({ ...classifier(b), gradScale: 0.25 }),
    },
  ];
}

function rowCases([N, D]: readonly [number, number]): OperationCase[] {
  const shape = `${N}x${D}`;
  const length = Math.min(N, 11);
  const vocabulary = 13;
  return [
    {
      name: `layerNorm ${shape}`,
      magnitude: 1,
      record: (b) => {
        const gradOut = b.input("gradOut", [N, D]);
        const gradX = b.output("gradX", [N, D]);
        const n = normTensors(b, N, D);
        b.engine.layerNormForward({ ...n.forward, epsilon: 1e-12 });
        b.engine.layerNormBackward({ ...n.backward, gradOut, gradX });
      },
    },
    {
      name: `layerNorm, added in place ${shape}`,
      magnitude: 1,
      record: (b) => {
        const gradOut = b.input("gradOut", [N, D]);
        const gradX = b.accumulator("gradX", [N, D]);
        const n = normTensors(b, N, D);
        b.engine.layerNormForward({ ...n.forward, epsilon: 1e-5 });
        b.engine.layerNormBackward({ ...n.backward, gradOut, gradX, add: gradX });
      },
    },
    {
      name: `layerNorm, gradient in place ${shape}`,
      magnitude: 1,
      record: (b) => {
        const gradient = b.accumulator("gradient", [N, D]);
        const n = normTensors(b, N, D);
        b.engine.layerNormForward({ ...n.forward, epsilon: 1e-5 });
        b.engine.zero(n.backward.gradGamma);
        b.engine.layerNormBackward({ ...n.backward, gradOut: gradient, gradX: gradient });
      },
    },
    {
      name: `embeddingForward ${shape}`,
      record: (b) =>
        b.engine.embeddingForward({
          ids: b.integers("ids", N, vocabulary),
          word: b.input("word", [vocabulary, D]),
          position: b.input("position", [length + 2, D]),
          tokenType: b.input("tokenType", [2, D]),
          out: b.output("out", [N, D]),
          length,
        }),
    },
    {
      name: `embeddingBackward ${shape}`,
      record: (b) =>
        b.engine.embeddingBackward({
          ids: b.integers("ids", N, vocabulary),
          gradOut: b.input("gradOut", [N, D]),
          gradWord: b.accumulator("gradWord", [vocabulary, D]),
          gradPosition: b.accumulator("gradPosition", [length + 2, D]),
          gradTokenType: b.accumulator("gradTokenType", [2, D]),
          length,
        }),
    },
    {
      name: `gatherRows ${shape}`,
      record: (b) =>
        b.engine.gatherRows({
          x: b.input("x", [N, D]),
          rows: b.integers("rows", 37, N),
          out: b.output("out", [37, D]),
        }),
    },
    {
      name: `scatterRows ${shape}`,
      record: (b) =>
        b.engine.scatterRows({
          gradOut: b.input("gradOut", [37, D]),
          rows: b.integers("rows", 37, N),
          gradX: b.output("gradX", [N, D]),
        }),
    },
  ];
}

function normTensors(b: Bench, N: number, D: number) {
  const x = b.input("x", [N, D], 3);
  const gamma = b.input("gamma", [D]);
  const statistics = b.output("statistics", [N, 2]);
  const gradGamma = b.accumulator("gradGamma", [D]);
  const gradBeta = b.accumulator("gradBeta", [D]);
  return {
    forward: { x, gamma, beta: b.input("beta", [D]), out: b.output("out", [N, D]), statistics },
    backward: { x, gamma, statistics, gradGamma, gradBeta },
  };
}

function attentionCases([B, T, H, width]: readonly [number, number, number, number]): OperationCase[] {
  const D = H * width;
  const record =
    (drop: Dropout | undefined) =>
    (b: Bench): void => {
      const tensors = {
        qkv: b.input("qkv", [B * T, 3 * D]),
        probabilities: b.output("probabilities", [B, H, T, T]),
        heads: H,
        length: T,
        ...(drop && { dropout: drop }),
      };
      const out = b.output("out", [B * T, D]);
      const gradOut = b.input("gradOut", [B * T, D]);
      const gradQkv = b.output("gradQkv", [B * T, 3 * D]);
      b.engine.attentionForward({ ...tensors, out });
      b.engine.attentionBackward({ ...tensors, gradOut, gradQkv });
    };
  const shape = `${B}x${T}, ${H} heads of ${width}`;
  return [
    { name: `attention ${shape}`, record: record(undefined) },
    { name: `attention with dropout ${shape}`, record: record(dropout) },
  ];
}

function flatCases(n: number): OperationCase[] {
  return [
    { name: `copy ${n}`, record: (b) => b.engine.copy({ from: b.input("from", [n]), to: b.output("to", [n]) }) },
    {
      name: `add in place ${n}`,
      record: (b) => {
        const a = b.accumulator("a", [n]);
        b.engine.add({ a, b: b.input("b", [n]), out: a });
      },
    },
    { name: `zero ${n}`, record: (b) => b.engine.zero(b.output("x", [n])) },
    { name: `sum ${n}`, record: (b) => b.engine.sum({ x: b.input("x", [n]), out: b.output("out", [1]), scale: 0.5 }) },
    {
      name: `branchForward ${n}`,
      record: (b) =>
        b.engine.branchForward({
          residual: b.input("residual", [n]),
          branch: b.input("branch", [n]),
          out: b.output("out", [n]),
          scale: 1.5,
          dropout,
        }),
    },
    {
      name: `branchForward in place ${n}`,
      record: (b) => {
        const branch = b.accumulator("branch", [n]);
        b.engine.branchForward({ residual: b.input("residual", [n]), branch, out: branch, scale: 0.5 });
      },
    },
    {
      name: `branchBackward ${n}`,
      record: (b) =>
        b.engine.branchBackward({
          gradOut: b.input("gradOut", [n]),
          gradBranch: b.output("gradBranch", [n]),
          scale: 2,
          dropout,
        }),
    },
    {
      name: `geluBackward ${n}`,
      record: (b) =>
        b.engine.geluBackward({
          preActivation: b.input("preActivation", [n], 2),
          gradOut: b.input("gradOut", [n]),
          gradX: b.output("gradX", [n]),
        }),
    },
    {
      name: `gradientNorm and AdamW ${n}`,
      record: (b) => {
        const gradient = b.input("gradient", [n]);
        const gate = b.output("gate", [3]);
        const tensors = {
          parameter: b.accumulator("parameter", [n]),
          firstMoment: b.accumulator("firstMoment", [n], 0.1),
          secondMoment: b.output("secondMoment", [n]),
        };
        const other = b.input("other", [permute(100, n % 100, 1, 1) + 1]);
        b.engine.zero(tensors.secondMoment);
        b.engine.gradientNorm({ gradients: [gradient, other], out: gate, maxNorm: 1 });
        b.engine.adamw({
          ...{ ...tensors, gradient, gate },
          ...{ learningRate: 0.01, beta1: 0.9, beta2: 0.98, epsilon: 1e-6, weightDecay: 0.01, updateCount: 3 },
        });
      },
    },
  ];
}
