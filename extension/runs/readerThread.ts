/** Starts the reader's worker thread and keeps it going: after a crash it is started again and told where things stood. */
import { Worker } from "node:worker_threads";
import type { Disposable } from "../host/disposables.ts";
import type { FromReader, ToReader } from "./wire.ts";

/** How the store talks to the reader; tests answer it themselves. */
export interface ReaderPort extends Disposable {
  send(message: ToReader): void;
}

export interface ReaderHandlers {
  readonly onMessage: (message: FromReader) => void;
  /** The thread was started anew: say again what to watch and follow. */
  readonly onRestart: () => void;
}

const restartMilliseconds = 1000;

export class ReaderThread implements ReaderPort {
  readonly #handlers: ReaderHandlers;
  #worker: Worker;
  #restart: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(handlers: ReaderHandlers) {
    this.#handlers = handlers;
    this.#worker = this.#start();
  }

  send(message: ToReader): void {
    this.#worker.postMessage(message);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#restart);
    this.send({ type: "close" });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./readerWorker.ts", import.meta.url), { name: "raptr run reader" });
    worker.unref();
    worker.on("message", (message: FromReader) => this.#handlers.onMessage(message));
    worker.on("error", (error) => this.#say(`internal: the run reader failed: ${error.stack ?? error.message}`));
    worker.on("exit", () => {
      if (this.#disposed || worker !== this.#worker) return;
      this.#restart = setTimeout(() => {
        this.#worker = this.#start();
        this.#handlers.onRestart();
      }, restartMilliseconds);
    });
    return worker;
  }

  #say(message: string): void {
    this.#handlers.onMessage({ type: "log", level: "error", message });
  }
}
