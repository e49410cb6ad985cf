/** The compute threads: workers that sleep on the control block, run the program put before them, and report. */
import { Worker } from "node:worker_threads";
import { controlWords } from "./layout.ts";
import type { WorkerStart } from "./layout.ts";

export interface ThreadsStart extends Omit<WorkerStart, "thread"> {
  readonly script: URL;
}

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class Threads {
  readonly #workers: Worker[] = [];
  #control: Int32Array;
  readonly #exits: Promise<void>[] = [];
  #pending: Pending | null = null;
  #failure: Error | null = null;
  #closing = false;

  private constructor(control: Int32Array) {
    this.#control = control;
  }

  static async start(start: ThreadsStart): Promise<Threads> {
    const { script, ...shared } = start;
    const threads = new Threads(new Int32Array(start.memory.buffer, start.control, controlWords.count));
    const ready = [];
    for (let thread = 0; thread < start.threads; thread++) {
      // The process's own flags (an --input-type, a loader) are not for the threads.
      const worker = new Worker(script, { execArgv: [], workerData: { ...shared, thread } satisfies WorkerStart });
      threads.#workers.push(worker);
      threads.#exits.push(new Promise((resolve) => worker.once("exit", () => resolve())));
      ready.push(threads.#watch(worker));
    }
    try {
      await Promise.all(ready);
    } catch (error) {
      await threads.close();
      throw error;
    }
    for (const worker of threads.#workers) worker.unref();
    return threads;
  }

  get busy(): boolean {
    return this.#pending !== null;
  }

  /** Runs the program whose address and length stand in the control block. The process stays alive until it is done. */
  run(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#closing) return Promise.reject(new Error("internal: the engine is closed"));
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      for (const worker of this.#workers) worker.ref();
      this.#wake();
    });
  }

  /** Ends the threads; a run that is under way is rejected. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const worker of this.#workers) worker.ref();
    const interrupted = this.#pending !== null;
    this.#fail(new Error("internal: the engine was closed"));
    this.#control[controlWords.stop] = 1;
    this.#wake();
    if (interrupted) this.#terminate();
    await Promise.all(this.#exits);
    this.#workers.length = 0;
    this.#control = new Int32Array(controlWords.count);
  }

  #wake(): void {
    Atomics.add(this.#control, controlWords.work, 1);
    Atomics.notify(this.#control, controlWords.work);
  }

  /** Resolves when the worker is ready; from then on its messages settle runs. */
  #watch(worker: Worker): Promise<void> {
    return new Promise((resolve, reject) => {
      worker.on("message", (message: unknown) => {
        if (message === "ready") resolve();
        else this.#settle();
      });
      worker.on("error", (cause) => {
        const error = new Error(`internal: a compute thread failed: ${cause.message}`, { cause });
        this.#fail(error);
        this.#terminate();
        reject(error);
      });
      worker.on("exit", (code) => {
        const error = new Error(`internal: a compute thread ended with code ${code}`);
        if (!this.#closing) this.#fail(error);
        reject(error);
      });
    });
  }

  #settle(): void {
    const pending = this.#pending;
    this.#pending = null;
    for (const worker of this.#workers) worker.unref();
    pending?.resolve();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    const pending = this.#pending;
    this.#pending = null;
    pending?.reject(this.#failure);
  }

  /** The others may wait at a barrier that the failed thread never reaches. */
  #terminate(): void {
    for (const worker of this.#workers) void worker.terminate();
  }
}
