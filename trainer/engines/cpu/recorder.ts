/**
 * Records instructions and puts them into levels: an instruction stands one level after the last one that it conflicts
 * with (it reads what that one writes, writes what that one reads or writes), and a barrier stands between levels.
 * So independent work, such as packing the next weights, fills the gaps of the level before it.
 * What counts as one place is a whole allocation, named by its address.
 */
import { instructionWords, operations } from "./instructions.ts";
import type { Operation, Word } from "./instructions.ts";

interface Use {
  /** Level of the last writer and of the last reader, -1 when there is none. */
  written: number;
  read: number;
}

interface Instruction {
  readonly operation: Operation;
  readonly words: readonly Word[];
}

export class Recorder {
  #levels: Instruction[][] = [];
  #uses = new Map<number, Use>();
  #count = 0;

  get empty(): boolean {
    return this.#count === 0;
  }

  /** Whether a recorded instruction touches the allocation at this address. */
  touches(address: number): boolean {
    return this.#uses.has(address);
  }

  record(operation: Operation, words: readonly Word[], reads: readonly number[], writes: readonly number[]): void {
    let level = 0;
    for (const address of reads) level = Math.max(level, this.#use(address).written + 1);
    for (const address of writes) {
      const use = this.#use(address);
      level = Math.max(level, use.written + 1, use.read + 1);
    }
    for (const address of reads) {
      const use = this.#use(address);
      use.read = Math.max(use.read, level);
    }
    for (const address of writes) this.#use(address).written = level;
    (this.#levels[level] ??= []).push({ operation, words });
    this.#count += 1;
  }

  /** Instructions of the program that `emit` would write, barriers included. */
  get length(): number {
    return this.#count + Math.max(0, this.#levels.length - 1);
  }

  /** Writes the program, `length` instructions, and starts afresh. */
  emit(integers: Int32Array, floats: Float32Array): void {
    integers.fill(0);
    let at = 0;
    this.#levels.forEach((level, index) => {
      if (index > 0) {
        integers[at] = operations.barrier;
        at += instructionWords;
      }
      for (const { operation, words } of level) {
        integers[at] = operations[operation];
        words.forEach((word, i) => {
          if (typeof word === "number") integers[at + 1 + i] = word;
          else floats[at + 1 + i] = word.float;
        });
        at += instructionWords;
      }
    });
    this.clear();
  }

  clear(): void {
    this.#levels = [];
    this.#uses = new Map();
    this.#count = 0;
  }

  #use(address: number): Use {
    let use = this.#uses.get(address);
    if (!use) this.#uses.set(address, (use = { written: -1, read: -1 }));
    return use;
  }
}
