/**
 * The engine's one shared WebAssembly memory and who holds which part of it: first fit over a sorted free list,
 * neighbours merged on release. Addresses are multiples of 256; every allocation may be over-read by `padBytes`.
 */
import { ExpectedError } from "../../protocol/errors.ts";
import { padBytes } from "./layout.ts";

export const pageBytes = 65536;
export const maximumPages = 65536;
const alignment = 256;

interface Range {
  address: number;
  bytes: number;
}

export class SharedMemory {
  #memory: WebAssembly.Memory | null;
  readonly #free: Range[] = [];
  readonly #held = new Map<number, number>();
  #heldBytes = 0;

  /** The kernels keep their constants in the first page. */
  constructor() {
    this.#memory = new WebAssembly.Memory({ initial: 1, maximum: maximumPages, shared: true });
  }

  get memory(): WebAssembly.Memory {
    if (!this.#memory) throw new Error("internal: the memory was released");
    return this.#memory;
  }

  /** Lets go of the memory: it returns to the machine when nobody else holds it. */
  release(): void {
    this.#memory = null;
    this.#heldBytes = 0;
  }

  get allocatedBytes(): number {
    return this.#heldBytes;
  }

  /** Address of `bytes` bytes of unknown content. */
  allocate(bytes: number, what: string): number {
    const wanted = Math.ceil((bytes + padBytes) / alignment) * alignment;
    const index = this.#free.findIndex((range) => range.bytes >= wanted);
    const range = index >= 0 ? this.#free[index] : this.#grow(wanted, what);
    if (!range) throw new Error("internal: the free list lost a range");
    const { address } = range;
    range.address += wanted;
    range.bytes -= wanted;
    if (range.bytes === 0) this.#free.splice(this.#free.indexOf(range), 1);
    this.#held.set(address, wanted);
    this.#heldBytes += wanted;
    return address;
  }

  free(address: number): void {
    const bytes = this.#held.get(address);
    if (bytes === undefined) throw new Error(`internal: nothing is allocated at ${address}`);
    this.#held.delete(address);
    this.#heldBytes -= bytes;
    this.#release({ address, bytes });
  }

  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  integers(address: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, count);
  }

  #grow(wanted: number, what: string): Range {
    const end = this.memory.buffer.byteLength;
    const last = this.#free.at(-1);
    const spare = last && last.address + last.bytes === end ? last.bytes : 0;
    const pages = Math.ceil((wanted - spare) / pageBytes);
    try {
      if (end / pageBytes + pages > maximumPages) throw new RangeError("beyond 4 GiB");
      this.memory.grow(pages);
    } catch {
      const mebibytes = (n: number): string => `${Math.ceil(n / 1048576)} MiB`;
      throw new ExpectedError(
        "out-of-memory",
        `The cpu engine cannot hold ${what}: ${mebibytes(wanted)} more on top of ${mebibytes(this.#heldBytes)}; ` +
          `WebAssembly memory ends at 4 GiB, or the machine has no more to give.`,
        "Use a smaller batch, more micro-batches, a shorter length or a smaller model.",
        2,
      );
    }
    this.#release({ address: end, bytes: pages * pageBytes });
    const grown = this.#free.at(-1);
    if (!grown || grown.bytes < wanted) throw new Error("internal: growing gave too little");
    return grown;
  }

  #release(range: Range): void {
    let at = this.#free.findIndex((other) => other.address > range.address);
    if (at < 0) at = this.#free.length;
    const before = this.#free[at - 1];
    const after = this.#free[at];
    const joinsAfter = after !== undefined && range.address + range.bytes === after.address;
    if (before && before.address + before.bytes === range.address) {
      before.bytes += range.bytes;
      if (joinsAfter) {
        before.bytes += after.bytes;
        this.#free.splice(at, 1);
      }
    } else if (joinsAfter) {
      after.address = range.address;
      after.bytes += range.bytes;
    } else {
      this.#free.splice(at, 0, range);
    }
  }
}
