/** The wire between the training thread and the data worker. Plain data and typed arrays, one file for both ends. */
import type { MicroBatch } from "../../ports.ts";
import type { Schedule } from "../../protocol/config.ts";
import type { ExitCode, Problem } from "../../protocol/errors.ts";
import type { RunManifest } from "../../protocol/manifest.ts";
import type { DataProgress } from "./corpusPacking.ts";

/** The worker's `workerData`. */
export interface DataWorkerRequest {
  readonly schedule: Schedule;
  readonly scheduleFile: string;
  readonly cacheDirectory: string;
}

export type BatchSet = "train" | "evaluation";

export type ToDataWorker =
  /** Wants one batch: answered by `batch` or `batchFailed` of the same set and number. */
  | { readonly type: "want"; readonly set: BatchSet; readonly number: number }
  /** Stops preparing: answered by `cancelled`. Without effect once the corpus is open. */
  | { readonly type: "cancel" }
  /** Lets go of the files and ends the thread. */
  | { readonly type: "close" };

export type FromDataWorker =
  | { readonly type: "progress"; readonly progress: DataProgress }
  | {
      readonly type: "opened";
      readonly facts: RunManifest["data"];
      readonly warnings: readonly Problem[];
      readonly cache: "found" | "built" | "rebuilt";
      readonly vocabularySize: number;
    }
  /** The end: an expected failure of the schedule's data. */
  | {
      readonly type: "refused";
      readonly code: string;
      readonly sentence: string;
      readonly remedy: string;
      readonly exitCode: ExitCode;
      readonly problems: readonly Problem[];
    }
  | { readonly type: "cancelled" }
  | { readonly type: "batch"; readonly set: BatchSet; readonly number: number; readonly batches: readonly MicroBatch[] }
  | { readonly type: "batchFailed"; readonly set: BatchSet; readonly number: number; readonly message: string };
