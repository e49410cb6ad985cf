/**
 * What the operations record into: the recorder, scratch for packed operands and partial sums, and lazy zeros.
 * A tensor that was zeroed and is next *added to* is overwritten instead, where the operation can.
 */
import type { Operation, Word } from "./instructions.ts";
import { scratchFixedBytes } from "./layout.ts";
import { Recorder } from "./recorder.ts";
import type { SharedMemory } from "./sharedMemory.ts";
import { owned } from "./tensor.ts";
import type { CpuTensor } from "./tensor.ts";

/** Operands of one instruction; tensors whose zeros are still owed are settled before they are read. */
export interface Operands {
  readonly reads?: readonly (CpuTensor | number | undefined)[];
  /** Written whole. */
  readonly writes?: readonly (CpuTensor | number)[];
  /** Read and written. */
  readonly updates?: readonly CpuTensor[];
}

interface Slot {
  address: number;
  bytes: number;
}

/** Buffers for packed operands: a few, so that the next packing need not wait for the product before it. */
const packSlots = 4;

export class Program {
  readonly recorder = new Recorder();
  readonly memory: SharedMemory;
  readonly panel: number;
  #owedZeros = new Set<CpuTensor>();
  #slots: Slot[] = [];
  #nextSlot = 0;
  #retired: number[] = [];
  #threadScratch = scratchFixedBytes + 32768;

  constructor(memory: SharedMemory, panel: number) {
    this.memory = memory;
    this.panel = panel;
  }

  /** Bytes of private scratch that each thread needs for what is recorded. */
  get threadScratch(): number {
    return this.#threadScratch;
  }

  record(operation: Operation, words: readonly Word[], operands: Operands): void {
    const { reads = [], writes = [], updates = [] } = operands;
    const read = [];
    for (const operand of [...reads, ...updates]) {
      if (operand === undefined) continue;
      if (typeof operand !== "number") this.settleZero(operand);
      read.push(this.#addressOf(operand));
    }
    for (const operand of writes) if (typeof operand !== "number") this.#owedZeros.delete(operand);
    const written = [...writes, ...updates].map((operand) => this.#addressOf(operand));
    this.recorder.record(operation, words, read, written);
  }

  zero(tensor: CpuTensor): void {
    this.#owedZeros.add(owned(tensor, this.memory));
  }

  /** Forgets zeros owed to a tensor that is freed or overwritten. */
  forget(tensor: CpuTensor): void {
    this.#owedZeros.delete(tensor);
  }

  /** Whether the tensor is still to be zeroed: then the caller overwrites it, and the debt is paid. */
  takeZero(tensor: CpuTensor): boolean {
    return this.#owedZeros.delete(tensor);
  }

  settleZero(tensor: CpuTensor): void {
    if (!this.#owedZeros.delete(tensor)) return;
    this.recorder.record("fillZero", [tensor.size, tensor.address], [], [tensor.address]);
  }

  needThreadScratch(bytes: number): void {
    this.#threadScratch = Math.max(this.#threadScratch, scratchFixedBytes + bytes);
  }

  /** A buffer for one packed operand or a set of partial sums, in use until the next-but-three is taken. */
  takeScratch(bytes: number): number {
    const index = this.#nextSlot;
    this.#nextSlot = (index + 1) % packSlots;
    const slot = this.#slots[index];
    if (slot && slot.bytes >= bytes) return slot.address;
    if (slot) this.#retired.push(slot.address);
    const address = this.memory.allocate(bytes, "packed operands");
    this.#slots[index] = { address, bytes };
    return address;
  }

  /** A buffer that lives until the recorded program has run. */
  takeOnce(bytes: number): number {
    const address = this.memory.allocate(bytes, "staged values");
    this.#retired.push(address);
    return address;
  }

  /** Releases an allocation once the recorded program has run. */
  retire(address: number): void {
    this.#retired.push(address);
  }

  /** After a program has run: nothing refers to outgrown buffers any more. */
  releaseRetired(): void {
    for (const address of this.#retired) this.memory.free(address);
    this.#retired = [];
  }

  #addressOf(operand: CpuTensor | number): number {
    return typeof operand === "number" ? operand : owned(operand, this.memory).address;
  }
}
