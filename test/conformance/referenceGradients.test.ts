/** The reference's backward formulas against central differences of its forward ones, in float64. */
import { describe, expect, test } from "vitest";
import type { Engine, Tensor } from "../../trainer/engine/port.ts";
import { fillNormal, uniform } from "../../trainer/plan/random.ts";
import { ReferenceEngine } from "../support/referenceEngine.ts";

/** A differentiable operation: parameters by name, how to run it, and how to fill the gradient of each. */
interface Differentiable {
  readonly name: string;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly out: readonly number[];
  forward(engine: Engine, x: Tensors, out: Tensor): void;
  /** gradOut is given; `gradients` has the inputs' names and starts as zeros. */
  backward(engine: Engine, x: Tensors, gradOut: Tensor, gradients: Tensors): void;
}

type Tensors = Readonly<Record<string, Tensor>>;

const dropout = { rate: 0.4, seed: 5, stream: 0x10002, step: 9 };
const [N, D, V, out, heads, length] = [6, 4, 5, 3, 2, 3];

const operations: readonly Differentiable[] = [
  {
    name: "linear",
    inputs: { x: [N, D], weight: [out, D], bias: [out], residual: [N, out] },
    out: [N, out],
    forward: (e, x, y) => e.linearForward({ ...linearArgs(x), residual: get(x, "residual"), out: y }),
    backward(e, x, gradOut, g) {
      e.linearBackwardInput({ gradOut, weight: get(x, "weight"), gradX: get(g, "x") });
      backwardWeight(e, get(x, "x"), gradOut, g);
      e.copy({ from: gradOut, to: get(g, "residual") });
    },
  },
  {
    name: "linear with GELU",
    inputs: { x: [N, D], weight: [out, D], bias: [out] },
    out: [N, out],
    forward: (e, x, y) => linearGelu(e, x, y, e.allocate("preActivation", [N, out])),
    backward(e, x, gradOut, g) {
      const preActivation = e.allocate("preActivation", [N, out]);
      const gradPre = e.allocate("gradPre", [N, out]);
      linearGelu(e, x, e.allocate("y", [N, out]), preActivation);
      e.geluBackward({ preActivation, gradOut, gradX: gradPre });
      e.linearBackwardInput({ gradOut: gradPre, weight: get(x, "weight"), gradX: get(g, "x") });
      backwardWeight(e, get(x, "x"), gradPre, g);
    },
  },
  {
    name: "GELU before a linear layer",
    inputs: { pre: [N, D], weight: [out, D], bias: [out] },
    out: [N, out],
    forward(e, x, y) {
      // gelu(pre) by a linear layer that is the identity.
      const active = e.allocate("active", [N, D]);
      const preActivation = e.allocate("copy", [N, D]);
      const [identity, zeros] = [e.allocate("identity", [D, D]), e.allocate("zeros", [D])];
      e.write(
        identity,
        Float32Array.from({ length: D * D }, (_, i) => (i % (D + 1) === 0 ? 1 : 0)),
      );
      e.linearForward({ x: get(x, "pre"), weight: identity, bias: zeros, out: active, preActivation });
      e.linearForward({ x: active, weight: get(x, "weight"), bias: get(x, "bias"), out: y });
    },
    backward(e, x, gradOut, g) {
      const preActivation = get(x, "pre");
      e.linearBackwardInput({ gradOut, weight: get(x, "weight"), gradX: get(g, "pre"), preActivation });
    },
  },
  {
    name: "layer norm",
    inputs: { x: [N, D], gamma: [D], beta: [D] },
    out: [N, D],
    forward: (e, x, y) => layerNorm(e, x, y, e.allocate("statistics", [N, 2])),
    backward(e, x, gradOut, g) {
      const statistics = e.allocate("statistics", [N, 2]);
      layerNorm(e, x, e.allocate("y", [N, D]), statistics);
      e.layerNormBackward({
        ...{ x: get(x, "x"), gamma: get(x, "gamma"), statistics, gradOut },
        ...{ gradX: get(g, "x"), gradGamma: get(g, "gamma"), gradBeta: get(g, "beta") },
      });
    },
  },
  ...[undefined, dropout].map((drop): Differentiable => {
    const fixed = { heads, length, ...(drop && { dropout: drop }) };
    const probabilityShape = [N / length, heads, length, length];
    return {
      name: drop ? "attention with dropout" : "attention",
      inputs: { qkv: [N, 3 * D] },
      out: [N, D],
      forward(e, x, y) {
        const probabilities = e.allocate("probabilities", probabilityShape);
        e.attentionForward({ qkv: get(x, "qkv"), probabilities, out: y, ...fixed });
      },
      backward(e, x, gradOut, g) {
        const probabilities = e.allocate("probabilities", probabilityShape);
        const qkv = get(x, "qkv");
        e.attentionForward({ qkv, probabilities, out: e.allocate("y", [N, D]), ...fixed });
        e.attentionBackward({ qkv, probabilities, gradOut, gradQkv: get(g, "qkv"), ...fixed });
      },
    };
  }),
  {
    name: "embedding",
    inputs: { word: [V, D], position: [length, D], tokenType: [2, D] },
    out: [N, D],
    forward(e, x, y) {
      const [word, position, tokenType] = [get(x, "word"), get(x, "position"), get(x, "tokenType")];
      e.embeddingForward({ ids: ids(e, N, V), word, position, tokenType, out: y, length });
    },
    backward(e, _x, gradOut, g) {
      const [gradWord, gradPosition, gradTokenType] = [get(g, "word"), get(g, "position"), get(g, "tokenType")];
      e.embeddingBackward({ ids: ids(e, N, V), gradOut, gradWord, gradPosition, gradTokenType, length });
    },
  },
  {
    name: "branch",
    inputs: { branch: [N, D], residual: [N, D] },
    out: [N, D],
    forward: (e, x, y) =>
      e.branchForward({ residual: get(x, "residual"), branch: get(x, "branch"), out: y, scale: 1.3, dropout }),
    backward(e, _x, gradOut, g) {
      e.branchBackward({ gradOut, gradBranch: get(g, "branch"), scale: 1.3, dropout });
      e.copy({ from: gradOut, to: get(g, "residual") });
    },
  },
  {
    name: "rows",
    inputs: { x: [N, D] },
    out: [4, D],
    forward: (e, x, y) => e.gatherRows({ x: get(x, "x"), rows: ids(e, 4, N), out: y }),
    backward: (e, _x, gradOut, g) => e.scatterRows({ gradOut, rows: ids(e, 4, N), gradX: get(g, "x") }),
  },
];

describe("reference gradients against central differences", () => {
  test.each(operations)("$name", async (operation) => {
    const names = Object.keys(operation.inputs);
    const values = new Map(names.map((name, i) => [name, normals(operation.inputs[name] ?? [], i)]));
    const direction = normals(operation.out, 50);
    const gradients = await analytic(operation, values, direction);
    // A GELU before a linear layer has a gradient for what comes in alone.
    const checked = operation.name === "GELU before a linear layer" ? ["pre"] : names;
    for (const name of checked) {
      const base = values.get(name) ?? new Float64Array();
      for (let i = 0; i < base.length; i++) {
        const moved = async (by: number): Promise<number> => {
          const copy = base.slice();
          copy[i] = (copy[i] ?? 0) + by;
          return along(operation, new Map(values).set(name, copy), direction);
        };
        const h = 1e-5;
        const slope = ((await moved(h)) - (await moved(-h))) / (2 * h);
        expect(Math.abs(slope - (gradients.get(name)?.[i] ?? NaN)), `${name}[${i}]`).toBeLessThan(1e-7);
      }
    }
  });

  test("classifier", async () => {
    const [rows, scale] = [5, 0.3];
    const logits = normals([rows, V], 60);
    const labels = Int32Array.of(0, 4, -1, 2, 2);
    const run = async (z: Float64Array, gradScale?: number): Promise<{ loss: number; left: Float64Array }> => {
      const e = new ReferenceEngine("float64");
      // The logits come through an identity.
      const x = e.allocate("x", [rows, V]);
      const weight = e.allocate("weight", [V, V]);
      const tensors = { bias: e.allocate("bias", [V]), labels: e.allocate("labels", [rows], "i32") };
      const [left, losses] = [e.allocate("logits", [rows, V]), e.allocate("losses", [rows])];
      e.write(x, z);
      e.write(
        weight,
        Float64Array.from({ length: V * V }, (_, i) => (i % (V + 1) === 0 ? 1 : 0)),
      );
      e.write(tensors.labels, labels);
      e.classifierForward({ ...tensors, x, weight, logits: left, losses, ...(gradScale && { gradScale }) });
      const loss = (await e.values(losses)).reduce((sum, value) => sum + value, 0);
      return { loss, left: await e.values(left) };
    };
    const { left } = await run(logits, scale);
    for (let i = 0; i < logits.length; i++) {
      const at = async (by: number): Promise<number> => {
        const copy = logits.slice();
        copy[i] = (copy[i] ?? 0) + by;
        return (await run(copy)).loss;
      };
      const slope = ((await at(1e-5)) - (await at(-1e-5))) / 2e-5;
      expect(Math.abs(scale * slope - (left[i] ?? NaN))).toBeLessThan(1e-7);
    }
  });
});

const linearArgs = (x: Tensors) => ({ x: get(x, "x"), weight: get(x, "weight"), bias: get(x, "bias") });

function linearGelu(e: Engine, x: Tensors, out_: Tensor, preActivation: Tensor): void {
  e.linearForward({ ...linearArgs(x), out: out_, preActivation });
}

function backwardWeight(e: Engine, x: Tensor, gradOut: Tensor, g: Tensors): void {
  e.linearBackwardWeight({ x, gradOut, gradWeight: get(g, "weight"), gradBias: get(g, "bias") });
}

function layerNorm(e: Engine, x: Tensors, y: Tensor, statistics: Tensor): void {
  const [input, gamma, beta] = [get(x, "x"), get(x, "gamma"), get(x, "beta")];
  e.layerNormForward({ x: input, gamma, beta, out: y, statistics, epsilon: 1e-5 });
}

/** Sum of the operation's output times `direction`. */
async function along(
  operation: Differentiable,
  values: ReadonlyMap<string, Float64Array>,
  direction: Float64Array,
): Promise<number> {
  const e = new ReferenceEngine("float64");
  const y = e.allocate("out", operation.out);
  operation.forward(e, inputsOf(e, operation, values), y);
  return (await e.values(y)).reduce((sum, value, i) => sum + value * (direction[i] ?? NaN), 0);
}

async function analytic(
  operation: Differentiable,
  values: ReadonlyMap<string, Float64Array>,
  direction: Float64Array,
): Promise<ReadonlyMap<string, Float64Array>> {
  const e = new ReferenceEngine("float64");
  const inputs = inputsOf(e, operation, values);
  const gradOut = e.allocate("gradOut", operation.out);
  e.write(gradOut, direction);
  const gradients = Object.fromEntries(
    Object.entries(operation.inputs).map(([name, shape]) => [name, e.allocate(`grad ${name}`, shape)]),
  );
  operation.backward(e, inputs, gradOut, gradients);
  const results = new Map<string, Float64Array>();
  for (const [name, tensor] of Object.entries(gradients)) results.set(name, await e.values(tensor));
  return results;
}

function inputsOf(e: ReferenceEngine, operation: Differentiable, values: ReadonlyMap<string, Float64Array>): Tensors {
  return Object.fromEntries(
    Object.entries(operation.inputs).map(([name, shape]) => {
      const tensor = e.allocate(name, shape);
      e.write(tensor, values.get(name) ?? new Float64Array());
      return [name, tensor];
    }),
  );
}

function ids(e: Engine, count: number, below: number): Tensor {
  const tensor = e.allocate("ids", [count], "i32");
  e.write(
    tensor,
    Int32Array.from({ length: count }, (_, i) => Math.floor(uniform(3, 3, 3, i) * below)),
  );
  return tensor;
}

function normals(shape: readonly number[], draw: number): Float64Array {
  const values = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
  fillNormal(values, 1, 21, 97, draw);
  return Float64Array.from(values);
}

function get(tensors: Tensors, name: string): Tensor {
  const tensor = tensors[name];
  if (!tensor) throw new Error(`no ${name}`);
  return tensor;
}
