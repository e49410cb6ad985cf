/**
 * Runs compiled kernels in the calling thread on a small program that touches each of them: what they compute, bit for
 * bit, and how fast their products are. Equal digests: kernels that may stand for one another.
 */
import { createHash } from "node:crypto";
import { instantiate } from "./instantiate.ts";
import type { KernelExports } from "./instantiate.ts";
import { instructionWords } from "./instructions.ts";
import { controlBytes, zeroBytes } from "./layout.ts";
import { attentionBackward, attentionForward } from "./operations/attention.ts";
import { adamw, branchForward, geluBackward } from "./operations/elementwise.ts";
import { gradientNorm, layerNormBackward, layerNormForward } from "./operations/norms.ts";
import { classifierForward, linearBackwardInput, linearBackwardWeight, linearForward } from "./operations/products.ts";
import { Program } from "./program.ts";
import { SharedMemory } from "./sharedMemory.ts";
import { CpuTensor, sizeOf } from "./tensor.ts";

/** Modules that belong together, and the panel width that they are used with. */
export interface CompiledKernels {
  readonly kernels: WebAssembly.Module;
  readonly micro: WebAssembly.Module;
  readonly panel: 8 | 16;
}

export interface SelfTest {
  readonly digest: string;
  /** Of one fixed product, in milliseconds: the fastest of some. */
  readonly productMilliseconds: number;
}

export function testKernels(compiled: CompiledKernels): SelfTest {
  const bench = new SelfTestBench(compiled);
  const digest = bench.digest();
  return { digest, productMilliseconds: bench.timeProduct() };
}

const [rows, length, heads, hidden, wide, classes] = [39, 13, 2, 22, 83, 61] as const;
const dropout = { rate: 0.25, seed: 9, stream: 65536, step: 3 };

class SelfTestBench {
  readonly #memory = new SharedMemory();
  readonly #program: Program;
  readonly #exports: KernelExports;
  readonly #tensors: CpuTensor[] = [];
  #drawn = 1;

  constructor({ kernels, micro, panel }: CompiledKernels) {
    this.#program = new Program(this.#memory, panel);
    this.#exports = instantiate(kernels, micro, this.#memory.memory);
    const control = this.#memory.allocate(controlBytes, "the self-test");
    const zeros = this.#memory.allocate(zeroBytes, "the self-test");
    this.#exports.initialize(0, 1, panel, control, zeros, 0);
  }

  /** One layer forward and backward, a classifier and an update. */
  digest(): string {
    const program = this.#program;
    const t = (...shape: number[]): CpuTensor => this.#tensor(shape);
    const x = t(rows, hidden);
    const qkv = { weight: t(3 * hidden, hidden), bias: t(3 * hidden), out: t(rows, 3 * hidden) };
    const up = { weight: t(wide, hidden), bias: t(wide), out: t(rows, wide), preActivation: t(rows, wide) };
    const [statistics, mixed, sum, normed] = [t(rows, 2), t(rows, hidden), t(rows, hidden), t(rows, hidden)];
    const [gamma, beta, gradGamma, gradBeta] = [t(hidden), t(hidden), t(hidden), t(hidden)];
    const attention = { qkv: qkv.out, probabilities: t(rows / length, heads, length, length), heads, length, dropout };
    linearForward(program, { x, ...qkv });
    attentionForward(program, { ...attention, out: mixed });
    branchForward(program, { residual: x, branch: mixed, out: sum, scale: 1.5, dropout });
    layerNormForward(program, { x: sum, gamma, beta, out: normed, statistics, epsilon: 1e-5 });
    linearForward(program, { x: normed, ...up });
    const head = { weight: t(classes, wide), bias: t(classes), logits: t(rows, classes), losses: t(rows) };
    classifierForward(program, { x: up.out, ...head, labels: this.#labels(), gradScale: 0.5 });
    const gradUp = t(rows, wide);
    const { weight, logits: gradOut } = head;
    linearBackwardInput(program, { gradOut, weight, gradX: gradUp, preActivation: up.preActivation });
    geluBackward(program, { preActivation: up.preActivation, gradOut: gradUp, gradX: t(rows, wide) });
    const gradients = { gradWeight: t(wide, hidden), gradBias: t(wide) };
    linearBackwardWeight(program, { x: normed, gradOut: gradUp, ...gradients });
    const gradX = t(rows, hidden);
    linearBackwardInput(program, { gradOut: gradUp, weight: up.weight, gradX });
    layerNormBackward(program, { x: sum, gamma, statistics, gradOut: gradX, gradX, add: x, gradGamma, gradBeta });
    attentionBackward(program, { ...attention, gradOut: gradX, gradQkv: t(rows, 3 * hidden) });
    const gate = t(3);
    gradientNorm(program, { gradients: [gradients.gradWeight, gradGamma], out: gate, maxNorm: 1 });
    const moments = { firstMoment: t(wide, hidden), secondMoment: t(wide, hidden) };
    this.#memory.floats(moments.secondMoment.address, moments.secondMoment.size).fill(0.25);
    adamw(program, {
      ...{ parameter: up.weight, gradient: gradients.gradWeight, ...moments, gate, updateCount: 3 },
      ...{ learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1 },
    });
    this.#run();
    const hash = createHash("sha256");
    for (const { address, size } of this.#tensors) hash.update(this.#memory.floats(address, size).slice());
    return hash.digest("hex");
  }

  timeProduct(): number {
    const [x, weight, bias] = [this.#tensor([96, 256]), this.#tensor([256, 256]), this.#tensor([256])];
    const out = this.#tensor([96, 256]);
    let best = Infinity;
    for (let round = 0; round < 12; round++) {
      linearForward(this.#program, { x, weight, bias, out });
      const start = performance.now();
      this.#run();
      best = Math.min(best, performance.now() - start);
    }
    return best;
  }

  #run(): void {
    const { recorder, threadScratch } = this.#program;
    const count = recorder.length;
    const words = count * instructionWords;
    const code = this.#memory.allocate(words * 4, "the self-test");
    const scratch = this.#memory.allocate(threadScratch, "the self-test");
    recorder.emit(this.#memory.integers(code, words), this.#memory.floats(code, words));
    this.#exports.setScratch(scratch);
    this.#exports.run(code, count);
    this.#memory.free(code);
    this.#memory.free(scratch);
    this.#program.releaseRetired();
  }

  #tensor(shape: readonly number[]): CpuTensor {
    const size = sizeOf(shape);
    const tensor = new CpuTensor(
      "self-test",
      shape,
      "f32",
      this.#memory.allocate(size * 4, "the self-test"),
      this.#memory,
    );
    const draw = this.#drawn++;
    const values = this.#memory.floats(tensor.address, size);
    for (let i = 0; i < size; i++) values[i] = Math.fround(Math.sin(draw * 7919 + i * 12.9898) * 0.8);
    this.#tensors.push(tensor);
    return tensor;
  }

  #labels(): CpuTensor {
    const address = this.#memory.allocate(rows * 4, "the self-test");
    const labels = this.#memory.integers(address, rows);
    for (let i = 0; i < rows; i++) labels[i] = ((i * 17) % (classes + 1)) - 1;
    return new CpuTensor("self-test", [rows], "i32", address, this.#memory);
  }
}

/** Whether a multiply-add rounds once: (1 + e)(1 - e) - 1 is -e^2 then, and 0 with a rounded product. */
export function fuses(micro: WebAssembly.Module): boolean {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const multiply = new WebAssembly.Instance(micro, { env: { memory } }).exports["packed8"];
  if (typeof multiply !== "function") throw new Error("internal: the micro-kernels have no packed8");
  const floats = new Float32Array(memory.buffer);
  const e = 2 ** -12;
  const [zeros, a, b, ones, c] = [0, 1024, 2048, 4096, 8192];
  floats.fill(1 + e, a / 4, a / 4 + 6);
  floats.fill(1 - e, b / 4, b / 4 + 8);
  floats.fill(-1, ones / 4, ones / 4 + 64);
  multiply(1, a, b, c, 32, ones, 32, zeros, 0);
  return floats[c / 4] !== 0;
}
