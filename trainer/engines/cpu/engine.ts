/**
 * The embedded engine: WebAssembly kernels on worker threads over one shared memory. The calling thread only records
 * what is to be done; all computing is done by the workers, so its event loop stays free.
 */
import os from "node:os";
import type { DType, Engine, EngineDescription, Tensor } from "../../engine/port.ts";
import type { EngineOptions } from "../../engine/factory.ts";
import { instructionWords } from "./instructions.ts";
import { loadKernels } from "./kernels.ts";
import type { KernelChoice, Kernels } from "./kernels.ts";
import { controlBytes, controlWords, zeroBytes } from "./layout.ts";
import { attentionBackward, attentionForward } from "./operations/attention.ts";
import { add, adamw, branchBackward, branchForward, copy, geluBackward, sum } from "./operations/elementwise.ts";
import { gradientNorm, layerNormBackward, layerNormForward } from "./operations/norms.ts";
import { classifierForward, linearBackwardInput, linearBackwardWeight, linearForward } from "./operations/products.ts";
import { embeddingBackward, embeddingForward, gatherRows, scatterRows } from "./operations/rows.ts";
import { Program } from "./program.ts";
import { SharedMemory } from "./sharedMemory.ts";
import { CpuTensor, own, owned, sizeOf, sized } from "./tensor.ts";
import { Threads } from "./threads.ts";

export interface CpuOptions extends EngineOptions, KernelChoice {}

/** Atomic reads before a waiting thread sleeps: some tens of microseconds, or next to none where threads share cores. */
const spins = { alone: 20000, crowded: 50 } as const;

export async function createCpuEngine(options: CpuOptions): Promise<Engine> {
  const kernels = loadKernels(options);
  const threads = options.threads ?? os.availableParallelism();
  if (!Number.isInteger(threads) || threads < 1) throw new RangeError(`internal: ${threads} threads`);
  const memory = new SharedMemory();
  const control = memory.allocate(controlBytes, "the control block");
  const zeros = memory.allocate(zeroBytes, "the control block");
  const running = await Threads.start({
    script: kernels.worker,
    kernels: kernels.kernels,
    micro: kernels.micro,
    memory: memory.memory,
    threads,
    panel: kernels.panel,
    control,
    zeros,
    spin: threads <= os.availableParallelism() ? spins.alone : spins.crowded,
  });
  return new CpuEngine(
    describe(kernels, threads),
    memory,
    new Program(memory, kernels.panel),
    running,
    control,
    threads,
  );
}

function describe(kernels: Kernels, threads: number): EngineDescription {
  const simd = kernels.variant === "plain" ? "plain" : kernels.fused ? "relaxed, fused" : "relaxed, not fused";
  return {
    name: "cpu",
    variant: [
      "WebAssembly",
      `${kernels.variant} SIMD`,
      ...(kernels.panel === 16 ? ["revectorized"] : []),
      `${threads} ${threads === 1 ? "thread" : "threads"}`,
    ].join(", "),
    // Whether the revectorizer is used is not part of it: the self-test lets it in only where every bit is the same.
    fingerprint: { kernels: kernels.hash, simd, node: process.versions.node, v8: process.versions.v8 },
  };
}

class CpuEngine implements Engine {
  readonly description: EngineDescription;
  readonly #memory: SharedMemory;
  readonly #program: Program;
  readonly #threads: Threads;
  readonly #control: number;
  readonly #threadCount: number;
  #tensors = new Set<CpuTensor>();
  #code = { address: 0, instructions: 0 };
  #scratch = { address: 0, stride: 0 };
  #running: Promise<void> | null = null;
  #closed: Promise<void> | null = null;

  constructor(
    description: EngineDescription,
    memory: SharedMemory,
    program: Program,
    threads: Threads,
    control: number,
    threadCount: number,
  ) {
    this.description = description;
    this.#memory = memory;
    this.#program = program;
    this.#threads = threads;
    this.#control = control;
    this.#threadCount = threadCount;
  }

  get allocatedBytes(): number {
    return this.#memory.allocatedBytes;
  }

  get tensorCount(): number {
    return this.#tensors.size;
  }

  allocate(name: string, shape: readonly number[], dtype: DType = "f32"): Tensor {
    this.#assertIdle();
    const size = sizeOf(shape);
    const address = this.#memory.allocate(size * 4, name);
    this.#memory.integers(address, size).fill(0);
    const tensor = new CpuTensor(name, [...shape], dtype, address, this.#memory);
    this.#tensors.add(tensor);
    return tensor;
  }

  free(tensor: Tensor): void {
    const mine = this.#own(tensor);
    this.#program.forget(mine);
    mine.freed = true;
    this.#tensors.delete(mine);
    if (this.#running || this.#program.recorder.touches(mine.address)) this.#program.retire(mine.address);
    else this.#memory.free(mine.address);
  }

  write(tensor: Tensor, values: Float32Array | Int32Array): void {
    this.#assertIdle();
    const mine = this.#own(tensor);
    sized(mine, values.length, "write");
    if (values instanceof Int32Array !== (mine.dtype === "i32")) {
      throw new Error(`internal: write: ${mine.name} is ${mine.dtype}`);
    }
    if (!this.#program.recorder.touches(mine.address)) {
      this.#program.forget(mine);
      this.#put(mine.address, values);
      return;
    }
    // What is recorded already must not see the new values: they wait in a buffer of their own.
    const staged = this.#program.takeOnce(mine.size * 4);
    this.#put(staged, values);
    this.#program.record("copyFloats", [mine.size, staged, mine.address], { reads: [staged], writes: [mine] });
  }

  async read(tensor: Tensor): Promise<Float32Array> {
    const mine = this.#own(tensor);
    if (!this.#running) this.#program.settleZero(mine);
    await this.submit();
    const { address, size } = mine;
    return mine.dtype === "i32"
      ? Float32Array.from(this.#memory.integers(address, size))
      : this.#memory.floats(address, size).slice();
  }

  submit(): Promise<void> {
    if (this.#running) return this.#running;
    if (this.#closed) return Promise.reject(new Error("internal: the engine is closed"));
    if (this.#program.recorder.empty) return Promise.resolve();
    this.#place();
    this.#running = this.#threads.run().finally(() => {
      this.#running = null;
      this.#program.releaseRetired();
    });
    return this.#running;
  }

  close(): Promise<void> {
    this.#closed ??= this.#threads.close().then(() => this.#memory.release());
    return this.#closed;
  }

  zero(tensor: Tensor): void {
    this.#assertIdle();
    this.#program.zero(this.#own(tensor));
  }

  copy = this.#recording(copy);
  add = this.#recording(add);
  sum = this.#recording(sum);
  embeddingForward = this.#recording(embeddingForward);
  embeddingBackward = this.#recording(embeddingBackward);
  layerNormForward = this.#recording(layerNormForward);
  layerNormBackward = this.#recording(layerNormBackward);
  linearForward = this.#recording(linearForward);
  linearBackwardInput = this.#recording(linearBackwardInput);
  linearBackwardWeight = this.#recording(linearBackwardWeight);
  geluBackward = this.#recording(geluBackward);
  attentionForward = this.#recording(attentionForward);
  attentionBackward = this.#recording(attentionBackward);
  branchForward = this.#recording(branchForward);
  branchBackward = this.#recording(branchBackward);
  gatherRows = this.#recording(gatherRows);
  scatterRows = this.#recording(scatterRows);
  classifierForward = this.#recording(classifierForward);
  gradientNorm = this.#recording(gradientNorm);
  adamw = this.#recording(adamw);

  #recording<A>(operation: (program: Program, args: A) => void): (args: A) => void {
    return (args) => {
      this.#assertIdle();
      operation(this.#program, args);
    };
  }

  /** Puts the recorded program, and scratch enough for it, where the threads find it. */
  #place(): void {
    const count = this.#program.recorder.length;
    if (count > this.#code.instructions) {
      if (this.#code.address) this.#memory.free(this.#code.address);
      const instructions = Math.ceil(count * 1.25);
      this.#code = { address: this.#memory.allocate(instructions * instructionWords * 4, "the program"), instructions };
    }
    const stride = Math.ceil(this.#program.threadScratch / 256) * 256;
    if (stride > this.#scratch.stride) {
      if (this.#scratch.address) this.#memory.free(this.#scratch.address);
      this.#scratch = { address: this.#memory.allocate(stride * this.#threadCount, "the threads' scratch"), stride };
    }
    const words = count * instructionWords;
    this.#program.recorder.emit(
      this.#memory.integers(this.#code.address, words),
      this.#memory.floats(this.#code.address, words),
    );
    const control = this.#memory.integers(this.#control, controlWords.count);
    control[controlWords.program] = this.#code.address;
    control[controlWords.instructions] = count;
    control[controlWords.scratch] = this.#scratch.address;
    control[controlWords.scratchStride] = stride;
  }

  #own(tensor: Tensor): CpuTensor {
    return owned(own(tensor, tensor.dtype), this.#memory);
  }

  #put(address: number, values: Float32Array | Int32Array): void {
    if (values instanceof Int32Array) this.#memory.integers(address, values.length).set(values);
    else this.#memory.floats(address, values.length).set(values);
  }

  #assertIdle(): void {
    if (this.#closed) throw new Error("internal: the engine is closed");
    if (this.#running) throw new Error("internal: an operation was queued while a submit was under way");
  }
}
