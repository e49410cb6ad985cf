/** Opens a schedule's data: finds, packs and caches the text in a worker thread, which then makes batches ahead. */
import { Worker } from "node:worker_threads";
import type { BatchSource } from "../../ports.ts";
import type { Schedule } from "../../protocol/config.ts";
import { ExpectedError, type Problem } from "../../protocol/errors.ts";
import type { RunManifest } from "../../protocol/manifest.ts";
import type { DataProgress } from "./corpusPacking.ts";
import type { DataWorkerRequest, FromDataWorker, ToDataWorker } from "./dataMessages.ts";
import { WorkerBatches } from "./workerBatches.ts";

export type { DataProgress };

export interface OpenDataOptions {
  /** Globs are relative to its folder. */
  readonly scheduleFile: string;
  /** Made when it is not there; may be shared by runs and processes. */
  readonly cacheDirectory: string;
  readonly onProgress?: (progress: DataProgress) => void;
  /** Stops preparing; `openData` then rejects with the signal's reason, and leaves nothing behind. */
  readonly signal?: AbortSignal;
}

export interface OpenData {
  readonly source: BatchSource;
  readonly facts: RunManifest["data"];
  /** Lines of JSONL files that were passed over. */
  readonly warnings: readonly Problem[];
  /** Whether the packed rows were there already; "rebuilt" when they were, but damaged. */
  readonly cache: "found" | "built" | "rebuilt";
}

/** Rejects with an ExpectedError (exit code 2) that names the schedule's path when there is no usable text. */
export async function openData(schedule: Schedule, options: OpenDataOptions): Promise<OpenData> {
  const { scheduleFile, cacheDirectory, onProgress, signal } = options;
  signal?.throwIfAborted();
  const request: DataWorkerRequest = { schedule, scheduleFile, cacheDirectory };
  const worker = new Worker(new URL("./dataWorker.ts", import.meta.url), { workerData: request });
  const post = (message: ToDataWorker): void => worker.postMessage(message);
  const cancel = (): void => post({ type: "cancel" });
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    return await new Promise<OpenData>((resolve, reject) => {
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`The data worker ended with ${code} before the data was open.`)));
      worker.on("message", (message: FromDataWorker) => {
        switch (message.type) {
          case "progress":
            onProgress?.(message.progress);
            return;
          case "opened": {
            const { facts, warnings, cache, vocabularySize } = message;
            resolve({ source: new WorkerBatches(worker, vocabularySize), facts, warnings, cache });
            return;
          }
          case "refused":
            reject(
              new ExpectedError(message.code, message.sentence, message.remedy, message.exitCode, message.problems),
            );
            return;
          case "cancelled":
            reject(signal?.reason);
            return;
          case "batch":
          case "batchFailed":
            return;
          default:
            message satisfies never;
        }
      });
    });
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}
