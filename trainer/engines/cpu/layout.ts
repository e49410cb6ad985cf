/** What the host and the compute threads agree on: the control block and the fixed part of a thread's scratch. */

/** Words of the control block. Each word that threads contend for has a cache line of its own. */
export const controlWords = {
  /** Barrier: arrived, generation, sleepers (words 0, 16, 32) belong to the kernels. */
  work: 48,
  program: 64,
  instructions: 65,
  scratch: 66,
  scratchStride: 67,
  stop: 68,
  count: 128,
} as const;

export const controlBytes = controlWords.count * 4;
/** Zeros for products that start from nothing. */
export const zeroBytes = 256;
/** Edge tile, tail and packed A block of one thread; what an instruction needs beyond comes after. */
export const scratchFixedBytes = 76800;
/** Every allocation may be over-read by this much. */
export const padBytes = 256;

/** A worker's `workerData`. */
export interface WorkerStart {
  readonly kernels: WebAssembly.Module;
  readonly micro: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
  readonly threads: number;
  readonly panel: number;
  readonly control: number;
  readonly zeros: number;
  readonly spin: number;
}
