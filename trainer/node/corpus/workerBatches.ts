/** Batches from the data worker, made ahead of the step that asks for them. */
import type { Worker } from "node:worker_threads";
import type { BatchSource, MicroBatch } from "../../ports.ts";
import type { BatchSet, FromDataWorker, ToDataWorker } from "./dataMessages.ts";

/** Training batches made before they are asked for. */
const prefetchedSteps = 3;

interface Wanted {
  /** Somebody waits for it; else it was asked for ahead of time. */
  awaited: boolean;
  readonly batches: Promise<readonly MicroBatch[]>;
  resolve(batches: readonly MicroBatch[]): void;
  reject(error: Error): void;
}

/** Any order of asking is right; rising steps are fast. A batch is handed out once: asking again makes it anew. */
export class WorkerBatches implements BatchSource {
  readonly vocabularySize: number;
  readonly #worker: Worker;
  readonly #wanted: Readonly<Record<BatchSet, Map<number, Wanted>>> = { train: new Map(), evaluation: new Map() };
  readonly #ended: Promise<void>;
  #end: Error | null = null;

  /** Takes over a worker whose corpus is open. */
  constructor(worker: Worker, vocabularySize: number) {
    this.#worker = worker;
    this.vocabularySize = vocabularySize;
    worker.on("message", (message: FromDataWorker) => this.#receive(message));
    this.#ended = new Promise((resolve) => {
      worker.once("error", (error: Error) => this.#fail(error));
      worker.once("exit", () => {
        this.#fail(new Error("The data worker has ended."));
        resolve();
      });
    });
  }

  async train(step: number): Promise<readonly MicroBatch[]> {
    const last = step + prefetchedSteps;
    for (const [number, { awaited }] of this.#wanted.train) {
      if (!awaited && (number < step || number > last)) this.#wanted.train.delete(number);
    }
    const batches = this.#take("train", step);
    for (let ahead = step + 1; ahead <= last; ahead++) this.#want("train", ahead);
    return batches;
  }

  evaluation(index: number): Promise<readonly MicroBatch[]> {
    return this.#take("evaluation", index);
  }

  /** Ends the worker; batches still wanted are rejected. */
  async close(): Promise<void> {
    if (!this.#end) this.#post({ type: "close" });
    await this.#ended;
  }

  async #take(set: BatchSet, number: number): Promise<readonly MicroBatch[]> {
    const wanted = this.#want(set, number);
    wanted.awaited = true;
    try {
      return await wanted.batches;
    } finally {
      if (this.#wanted[set].get(number) === wanted) this.#wanted[set].delete(number);
    }
  }

  #want(set: BatchSet, number: number): Wanted {
    const there = this.#wanted[set].get(number);
    if (there) return there;
    const wanted = deferred();
    if (this.#end) wanted.reject(this.#end);
    else {
      this.#wanted[set].set(number, wanted);
      this.#post({ type: "want", set, number });
    }
    return wanted;
  }

  #receive(message: FromDataWorker): void {
    if (message.type === "batch") this.#wanted[message.set].get(message.number)?.resolve(message.batches);
    if (message.type === "batchFailed") {
      this.#wanted[message.set].get(message.number)?.reject(new Error(message.message));
    }
  }

  #fail(error: Error): void {
    this.#end ??= error;
    for (const set of Object.values(this.#wanted)) {
      for (const wanted of set.values()) wanted.reject(this.#end);
      set.clear();
    }
  }

  #post(message: ToDataWorker): void {
    this.#worker.postMessage(message);
  }
}

function deferred(): Wanted {
  let settle: Pick<Wanted, "resolve" | "reject"> | undefined;
  const batches = new Promise<readonly MicroBatch[]>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Nobody may ever ask for a batch made ahead; whoever does is told of its failure.
  batches.catch(() => undefined);
  return {
    awaited: false,
    batches,
    resolve: (made) => settle?.resolve(made),
    reject: (error) => settle?.reject(error),
  };
}
