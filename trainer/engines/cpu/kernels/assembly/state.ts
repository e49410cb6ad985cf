/** What one thread knows of itself: each worker has its own instance of this module, and so its own globals. */

/** This thread's number, 0-based. */
export let thread: i32 = 0;
export let threads: i32 = 1;
/** Columns of one packed panel of B: 16 for the wide micro-kernel, 8 for the narrow one. */
export let panel: i32 = 8;
/** Shared control block; see `layout.ts` on the host's side. */
export let control: usize = 0;
/** At least 64 bytes of zeros, shared. */
export let zeros: usize = 0;
/** This thread's private scratch. */
export let scratch: usize = 0;
/** How often an atomic is read before the thread goes to sleep on it. */
export let spin: i32 = 0;
/** Address of the running instruction's work counter. */
let counter: usize = 0;

/** Offsets into the private scratch; the host sizes it (`layout.ts`). */
export const tileOffset: usize = 0;
export const tailOffset: usize = 512;
export const packAOffset: usize = 1024;
export const freeOffset: usize = 76800;

export function initialize(thread_: i32, threads_: i32, panel_: i32, control_: usize, zeros_: usize, spin_: i32): void {
  thread = thread_;
  threads = threads_;
  panel = panel_;
  control = control_;
  zeros = zeros_;
  spin = spin_;
}

export function setScratch(address: usize): void {
  scratch = address;
}

export function setCounter(address: usize): void {
  counter = address;
}

/** The next unit of work of the running instruction. Which thread gets it does not change what is computed. */
// @ts-ignore: decorator
@inline
export function next(): i32 {
  return atomic.add<i32>(counter, 1);
}
