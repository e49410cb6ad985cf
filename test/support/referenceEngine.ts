/**
 * The engine port implemented as plainly as possible: float32 tensors, sums in float64, one loop per formula. Slow on
 * purpose; what other engines are compared with, and what model tests can run on without compiled kernels.
 *
 * One file, though past 300 lines: it is the whole port, a few lines per operation, and is read operation by operation.
 *
 * Stricter than the port where that catches mistakes: writing while operations are queued throws, and so does using a
 * freed tensor or giving a shape that does not fit.
 */
import type { Dropout, DType, Engine, Tensor } from "../../trainer/engine/port.ts";
import { uniform } from "../../trainer/plan/random.ts";

interface Stored extends Tensor {
  readonly values: Float64Array | Float32Array | Int32Array;
}
type Args<K extends keyof Engine> = Engine[K] extends (args: infer A) => unknown ? A : never;

export class ReferenceEngine implements Engine {
  readonly description = { name: "reference", variant: "plain loops", fingerprint: { reference: "1" } };
  allocatedBytes = 0;
  private readonly tensors = new Set<Tensor>();
  private queue: (() => void)[] = [];
  private readonly Floats: typeof Float64Array | typeof Float32Array;

  /** "float64" stores what it computes unrounded: for finite differences. */
  constructor(precision: "float32" | "float64" = "float32") {
    this.Floats = precision === "float64" ? Float64Array : Float32Array;
  }

  get tensorCount(): number {
    return this.tensors.size;
  }

  allocate(name: string, shape: readonly number[], dtype: DType = "f32"): Tensor {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const values = dtype === "f32" ? new this.Floats(size) : new Int32Array(size);
    const tensor: Stored = { name, shape, dtype, values };
    this.tensors.add(tensor);
    this.allocatedBytes += values.byteLength;
    return tensor;
  }

  free(tensor: Tensor): void {
    this.allocatedBytes -= this.at(tensor).byteLength;
    this.tensors.delete(tensor);
  }

  write(tensor: Tensor, values: Float64Array | Float32Array | Int32Array): void {
    if (this.queue.length > 0) throw new Error(`write to ${tensor.name} while operations are queued`);
    const target = this.at(tensor);
    expect(values.length === target.length, `${tensor.name} holds ${target.length} values, got ${values.length}`);
    target.set(values);
  }

  async read(tensor: Tensor): Promise<Float32Array> {
    await this.submit();
    return Float32Array.from(this.at(tensor));
  }

  async submit(): Promise<void> {
    const queued = this.queue;
    this.queue = [];
    for (const operation of queued) operation();
    await Promise.resolve();
  }

  async close(): Promise<void> {
    this.tensors.clear();
    this.allocatedBytes = 0;
    await Promise.resolve();
  }

  zero(tensor: Tensor): void {
    this.queue.push(() => this.at(tensor).fill(0));
  }

  copy({ from, to }: Args<"copy">): void {
    this.queue.push(() => this.at(to).set(this.at(from)));
  }

  add({ a, b, out }: Args<"add">): void {
    this.queue.push(() => {
      const [left, right, sum] = [this.at(a), this.at(b), this.at(out)];
      for (let i = 0; i < sum.length; i++) sum[i] = left[i]! + right[i]!;
    });
  }

  sum({ x, out, scale }: Args<"sum">): void {
    this.queue.push(() => (this.at(out)[0] = scale * total(this.at(x))));
  }

  embeddingForward({ ids, word, position, tokenType, out, length }: Args<"embeddingForward">): void {
    const [rows, width] = matrix(out);
    this.queue.push(() => {
      const [id, w, p, t, o] = [this.at(ids), this.at(word), this.at(position), this.at(tokenType), this.at(out)];
      for (let n = 0; n < rows; n++)
        for (let d = 0; d < width; d++)
          o[n * width + d] = w[id[n]! * width + d]! + p[(n % length) * width + d]! + t[d]!;
    });
  }

  embeddingBackward({ ids, gradOut, gradWord, gradPosition, gradTokenType, length }: Args<"embeddingBackward">): void {
    const [rows, width] = matrix(gradOut);
    this.queue.push(() => {
      const [id, g] = [this.at(ids), this.at(gradOut)];
      const [w, p, t] = [this.at(gradWord), this.at(gradPosition), this.at(gradTokenType)];
      for (let n = 0; n < rows; n++)
        for (let d = 0; d < width; d++) {
          const value = g[n * width + d]!;
          w[id[n]! * width + d]! += value;
          p[(n % length) * width + d]! += value;
          t[d]! += value;
        }
    });
  }

  layerNormForward({ x, gamma, beta, out, statistics, epsilon }: Args<"layerNormForward">): void {
    const [rows, width] = matrix(x);
    this.queue.push(() => {
      const [input, scale, shift] = [this.at(x), this.at(gamma), this.at(beta)];
      const [o, s] = [this.at(out), this.at(statistics)];
      for (let n = 0; n < rows; n++) {
        let mean = 0;
        for (let d = 0; d < width; d++) mean += input[n * width + d]! / width;
        let variance = 0;
        for (let d = 0; d < width; d++) variance += (input[n * width + d]! - mean) ** 2 / width;
        const inverse = 1 / Math.sqrt(variance + epsilon);
        s[2 * n] = mean;
        s[2 * n + 1] = inverse;
        for (let d = 0; d < width; d++) {
          o[n * width + d] = (input[n * width + d]! - mean) * inverse * scale[d]! + shift[d]!;
        }
      }
    });
  }

  /** dx = rstd (g gamma - mean(g gamma) - xhat mean(g gamma xhat)), means over the row (Ba et al. 2016, by hand). */
  layerNormBackward({
    x,
    gamma,
    statistics,
    gradOut,
    gradX,
    add,
    gradGamma,
    gradBeta,
  }: Args<"layerNormBackward">): void {
    const [rows, width] = matrix(x);
    this.queue.push(() => {
      const [input, scale, s, g] = [this.at(x), this.at(gamma), this.at(statistics), this.at(gradOut)];
      const [gx, gg, gb] = [this.at(gradX), this.at(gradGamma), this.at(gradBeta)];
      const extra = add === undefined ? null : this.at(add);
      for (let n = 0; n < rows; n++) {
        const [mean, inverse] = [s[2 * n]!, s[2 * n + 1]!];
        let [sum, sumHat] = [0, 0];
        for (let d = 0; d < width; d++) {
          const i = n * width + d;
          const normalised = (input[i]! - mean) * inverse;
          sum += (g[i]! * scale[d]!) / width;
          sumHat += (g[i]! * scale[d]! * normalised) / width;
        }
        for (let d = 0; d < width; d++) {
          const i = n * width + d;
          const normalised = (input[i]! - mean) * inverse;
          const value = g[i]!;
          gg[d]! += value * normalised;
          gb[d]! += value;
          gx[i] = inverse * (value * scale[d]! - sum - normalised * sumHat) + (extra?.[i] ?? 0);
        }
      }
    });
  }

  linearForward({ x, weight, bias, out, residual, preActivation }: Args<"linearForward">): void {
    const [rows, width] = matrix(x);
    const outputs = bias.shape[0]!;
    expect(weight.shape[0] === outputs && weight.shape[1] === width, `${weight.name} does not fit ${x.name}`);
    this.queue.push(() => {
      const [input, w, b, o] = [this.at(x), this.at(weight), this.at(bias), this.at(out)];
      const extra = residual === undefined ? null : this.at(residual);
      const pre = preActivation === undefined ? null : this.at(preActivation);
      for (let n = 0; n < rows; n++)
        for (let j = 0; j < outputs; j++) {
          let sum = b[j]!;
          for (let d = 0; d < width; d++) sum += input[n * width + d]! * w[j * width + d]!;
          const i = n * outputs + j;
          if (pre !== null) pre[i] = sum;
          o[i] = pre !== null ? gelu(pre[i]!) : sum + (extra?.[i] ?? 0);
        }
    });
  }

  linearBackwardInput({ gradOut, weight, gradX, add, preActivation }: Args<"linearBackwardInput">): void {
    const [rows, outputs] = matrix(gradOut);
    const width = weight.shape[1]!;
    this.queue.push(() => {
      const [g, w, gx] = [this.at(gradOut), this.at(weight), this.at(gradX)];
      const extra = add === undefined ? null : this.at(add);
      const pre = preActivation === undefined ? null : this.at(preActivation);
      for (let n = 0; n < rows; n++)
        for (let d = 0; d < width; d++) {
          let sum = 0;
          for (let j = 0; j < outputs; j++) sum += g[n * outputs + j]! * w[j * width + d]!;
          const i = n * width + d;
          gx[i] = sum * (pre === null ? 1 : geluSlope(pre[i]!)) + (extra?.[i] ?? 0);
        }
    });
  }

  linearBackwardWeight({ x, gradOut, gradWeight, gradBias }: Args<"linearBackwardWeight">): void {
    const [rows, width] = matrix(x);
    const outputs = gradBias.shape[0]!;
    this.queue.push(() => {
      const [input, g, gw, gb] = [this.at(x), this.at(gradOut), this.at(gradWeight), this.at(gradBias)];
      for (let j = 0; j < outputs; j++) {
        for (let d = 0; d < width; d++) {
          let sum = 0;
          for (let n = 0; n < rows; n++) sum += g[n * outputs + j]! * input[n * width + d]!;
          gw[j * width + d]! += sum;
        }
        let sum = 0;
        for (let n = 0; n < rows; n++) sum += g[n * outputs + j]!;
        gb[j]! += sum;
      }
    });
  }

  geluBackward({ preActivation, gradOut, gradX }: Args<"geluBackward">): void {
    this.queue.push(() => {
      const [pre, g, gx] = [this.at(preActivation), this.at(gradOut), this.at(gradX)];
      for (let i = 0; i < gx.length; i++) gx[i] = g[i]! * geluSlope(pre[i]!);
    });
  }

  attentionForward({ qkv, probabilities, out, heads, length, dropout }: Args<"attentionForward">): void {
    const [rows, width] = matrix(out);
    this.queue.push(() => {
      const [x, p, o] = [this.at(qkv), this.at(probabilities), this.at(out)];
      o.fill(0);
      eachRow(rows, width, heads, length, ({ query, key, value, output, weights }, size) => {
        const scores = Array.from({ length }, (_, s) => dot(x, query, x, key(s), size) / Math.sqrt(size));
        const top = Math.max(...scores);
        const total = scores.reduce((sum, score) => sum + Math.exp(score - top), 0);
        scores.forEach((score, s) => {
          const probability = Math.exp(score - top) / total;
          p[weights + s] = probability;
          const kept = probability * dropoutFactor(dropout, weights + s);
          for (let d = 0; d < size; d++) o[output + d]! += kept * x[value(s) + d]!;
        });
      });
    });
  }

  attentionBackward({ qkv, probabilities, gradOut, gradQkv, heads, length, dropout }: Args<"attentionBackward">): void {
    const [rows, width] = matrix(gradOut);
    this.queue.push(() => {
      const [x, p, g, gx] = [this.at(qkv), this.at(probabilities), this.at(gradOut), this.at(gradQkv)];
      gx.fill(0);
      eachRow(rows, width, heads, length, ({ query, key, value, output, weights }, size) => {
        const factors = Array.from({ length }, (_, s) => dropoutFactor(dropout, weights + s));
        const gradP = factors.map((factor, s) => factor * dot(g, output, x, value(s), size));
        const mean = gradP.reduce((sum, gradient, s) => sum + gradient * p[weights + s]!, 0);
        for (let s = 0; s < length; s++) {
          const gradScore = (p[weights + s]! * (gradP[s]! - mean)) / Math.sqrt(size);
          for (let d = 0; d < size; d++) {
            gx[value(s) + d]! += p[weights + s]! * factors[s]! * g[output + d]!;
            gx[query + d]! += gradScore * x[key(s) + d]!;
            gx[key(s) + d]! += gradScore * x[query + d]!;
          }
        }
      });
    });
  }

  branchForward({ residual, branch, out, scale, dropout }: Args<"branchForward">): void {
    this.queue.push(() => {
      const [b, o] = [this.at(branch), this.at(out)];
      const extra = residual === undefined ? null : this.at(residual);
      for (let i = 0; i < o.length; i++) o[i] = (extra?.[i] ?? 0) + scale * dropoutFactor(dropout, i) * b[i]!;
    });
  }

  branchBackward({ gradOut, gradBranch, scale, dropout }: Args<"branchBackward">): void {
    this.branchForward({ branch: gradOut, out: gradBranch, scale, ...(dropout && { dropout }) });
  }

  gatherRows({ x, rows, out }: Args<"gatherRows">): void {
    const [count, width] = matrix(out);
    this.queue.push(() => {
      const [from, index, to] = [this.at(x), this.at(rows), this.at(out)];
      for (let k = 0; k < count; k++) to.set(from.subarray(index[k]! * width, (index[k]! + 1) * width), k * width);
    });
  }

  scatterRows({ gradOut, rows, gradX }: Args<"scatterRows">): void {
    const [count, width] = matrix(gradOut);
    this.queue.push(() => {
      const [g, index, gx] = [this.at(gradOut), this.at(rows), this.at(gradX)];
      gx.fill(0);
      for (let k = 0; k < count; k++) for (let d = 0; d < width; d++) gx[index[k]! * width + d]! += g[k * width + d]!;
    });
  }

  classifierForward({ x, weight, bias, labels, logits, losses, gradScale }: Args<"classifierForward">): void {
    const [count, classes] = matrix(logits);
    this.linearForward({ x, weight, bias, out: logits });
    this.queue.push(() => {
      const [label, z, loss] = [this.at(labels), this.at(logits), this.at(losses)];
      for (let k = 0; k < count; k++) {
        const row = z.subarray(k * classes, (k + 1) * classes);
        const top = Math.max(...row);
        const normaliser = total(Float64Array.from(row, (value) => Math.exp(value - top)));
        const target = label[k]!;
        loss[k] = target < 0 ? 0 : Math.log(normaliser) + top - row[target]!;
        if (gradScale === undefined) continue;
        for (let v = 0; v < classes; v++) {
          const gradient = Math.exp(row[v]! - top) / normaliser - (v === target ? 1 : 0);
          row[v] = target < 0 ? 0 : gradScale * gradient;
        }
      }
    });
  }

  gradientNorm({ gradients, out, maxNorm }: Args<"gradientNorm">): void {
    this.queue.push(() => {
      let squares = 0;
      for (const gradient of gradients) for (const value of this.at(gradient)) squares += value * value;
      const norm = Math.sqrt(squares);
      this.at(out).set([norm, maxNorm === 0 ? 1 : Math.min(1, maxNorm / norm), Number.isFinite(norm) ? 1 : 0]);
    });
  }

  adamw({ parameter, gradient, firstMoment, secondMoment, gate, ...options }: Args<"adamw">): void {
    const { learningRate, beta1, beta2, epsilon, weightDecay, updateCount } = options;
    this.queue.push(() => {
      const [p, g, m, v] = [this.at(parameter), this.at(gradient), this.at(firstMoment), this.at(secondMoment)];
      const [, clip, open] = this.at(gate);
      if (open === 0) return;
      const stepSize = learningRate / (1 - beta1 ** updateCount);
      const correction = 1 - beta2 ** updateCount;
      for (let i = 0; i < p.length; i++) {
        const value = g[i]! * clip!;
        m[i] = beta1 * m[i]! + (1 - beta1) * value;
        v[i] = beta2 * v[i]! + (1 - beta2) * value * value;
        p[i] =
          p[i]! * (1 - learningRate * weightDecay) - (stepSize * m[i]!) / (Math.sqrt(v[i]! / correction) + epsilon);
      }
    });
  }

  /** The values as they are stored, once what is queued has run. */
  async values(tensor: Tensor): Promise<Float64Array> {
    await this.submit();
    return Float64Array.from(this.at(tensor));
  }

  private at(tensor: Tensor): Float64Array | Float32Array | Int32Array {
    expect(this.tensors.has(tensor), `${tensor.name} is not allocated`);
    return (tensor as Stored).values;
  }
}

interface AttentionRow {
  readonly query: number;
  readonly key: (s: number) => number;
  readonly value: (s: number) => number;
  readonly output: number;
  readonly weights: number;
}

/** Visits each (sequence, head, position) with the offsets of what takes part; `size` is the width of a head. */
function eachRow(
  rows: number,
  width: number,
  heads: number,
  length: number,
  visit: (row: AttentionRow, size: number) => void,
): void {
  const size = width / heads;
  for (let n = 0; n < rows; n++)
    for (let h = 0; h < heads; h++) {
      const sequence = Math.floor(n / length);
      const t = n % length;
      const at = (s: number, part: number): number => (sequence * length + s) * 3 * width + part * width + h * size;
      visit(
        {
          query: at(t, 0),
          key: (s) => at(s, 1),
          value: (s) => at(s, 2),
          output: n * width + h * size,
          weights: ((sequence * heads + h) * length + t) * length,
        },
        size,
      );
    }
}

function total(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function dot(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, size: number): number {
  let sum = 0;
  for (let d = 0; d < size; d++) sum += a[i + d]! * b[j + d]!;
  return sum;
}

function dropoutFactor(dropout: Dropout | undefined, index: number): number {
  if (dropout === undefined) return 1;
  const kept = uniform(dropout.seed, dropout.stream, dropout.step, index) >= dropout.rate;
  return kept ? 1 / (1 - dropout.rate) : 0;
}

const gelu = (x: number): number => x * normalDistribution(x);
const geluSlope = (x: number): number => normalDistribution(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
const normalDistribution = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2;

/** erf by its Taylor series where that converges fast, by the continued fraction of erfc beyond. |error| < 1e-14. */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let [term, sum] = [size, size];
    for (let n = 1; Math.abs(term) > 1e-17 * sum; n++) {
      term *= (-size * size) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = size;
  for (let n = 60; n > 0; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-size * size) / fraction / Math.sqrt(Math.PI));
}

/** Rows and width of a tensor, its leading axes taken together. */
function matrix(tensor: Tensor): [number, number] {
  const width = tensor.shape.at(-1)!;
  return [tensor.shape.reduce((product, extent) => product * extent, 1) / width, width];
}

function expect(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence);
}
