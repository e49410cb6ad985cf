/** What is known about one run: plain data that the reader derives from the directory and everyone else only reads. */
import type { Problem } from "../../trainer/protocol/errors.ts";
import type { CheckpointReason } from "../../trainer/protocol/events.ts";
import type { Lease } from "../../trainer/protocol/lease.ts";
import type { RunStatus } from "../../trainer/protocol/status.ts";

export interface RunFacts {
  /** Absolute path of the run directory: what commands, panels and the tree name a run by. */
  readonly directory: string;
  /** Name of the directory. */
  readonly id: string;
  /** The manifest's name; the id while there is no manifest. */
  readonly name: string;
  /** Milliseconds since the epoch, 0 when unknown. */
  readonly createdAt: number;
  /** The schedule as the manifest gives it; null while there is no manifest. */
  readonly schedulePath: string | null;
  readonly status: RunStatus;
  /** What is wrong with the schedule, when the run failed for that. */
  readonly problems: readonly Problem[];
  /** The latest launch, 0 before the first. */
  readonly launch: number;
  readonly lease: Lease | null;
  readonly progress: Progress;
  /** Training loss of the active subnetwork at the last step; null unless the run is live. */
  readonly loss: number | null;
  /** Latest evaluation of the full network; `step` = updates done before it. */
  readonly evaluation: { readonly step: number; readonly loss: number } | null;
  readonly stages: readonly StageFacts[];
  /** Checkpoints that are there, newest first. */
  readonly checkpoints: readonly CheckpointFacts[];
  /** What would be lost if the process ended now. */
  readonly atRisk: WorkAtRisk;
}

export interface Progress {
  /** Optimizer steps completed. */
  readonly step: number;
  /** Steps of the whole run; null when unknown. */
  readonly steps: number | null;
  readonly tokensPerSecond: number | null;
  /** Estimate of what is left, in seconds of training; null when unknown. */
  readonly remainingSeconds: number | null;
}

export interface WorkAtRisk {
  /** Training time since the last checkpoint (or the start of the run), by the trainer's own clock; null when unknown. */
  readonly seconds: number | null;
  /** Step of the last checkpoint; null when there is none. */
  readonly sinceStep: number | null;
}

export interface CheckpointFacts {
  readonly name: string;
  readonly step: number;
  readonly bytes: number;
  readonly reasons: readonly CheckpointReason[];
  /** ISO 8601. */
  readonly time: string;
}

/** A planned stage and how far it has come. Losses are training losses of active subnetworks. */
export interface StageFacts {
  readonly index: number;
  readonly name: string;
  readonly firstStep: number;
  readonly lastStep: number;
  readonly meanLayers: number;
  readonly state:
    | { readonly kind: "waiting" }
    | { readonly kind: "running"; readonly share: number }
    | { readonly kind: "done"; readonly lossAtEntry: number | null; readonly lossAtExit: number | null };
}

/** A process owns the run. */
export function isLive(status: RunStatus): boolean {
  switch (status.state) {
    case "preparing":
    case "running":
    case "paused":
    case "stopping":
      return true;
    case "stopped":
    case "completed":
    case "nonFinite":
    case "failed":
    case "lost":
    case "damaged":
      return false;
    default:
      return status satisfies never;
  }
}
