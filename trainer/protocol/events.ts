/** `events.ndjson`: low-rate facts, one JSON object a line, append-only. `launch` counts from 1. */

interface Base {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly launch: number;
  /** Optimizer steps completed when it happened. */
  readonly step: number;
}

export type RunEvent = Base &
  (
    | {
        readonly type: "launched";
        readonly pid: number;
        readonly engine: string;
        readonly variant: string;
        readonly fingerprint: Readonly<Record<string, string>>;
        readonly threads: number;
        /** Steps of the checkpoint that this launch goes on from; 0 for a fresh start. */
        readonly fromStep: number;
        readonly node: string;
      }
    | { readonly type: "stageEntered"; readonly stage: number; readonly name: string; readonly meanLayers: number }
    | {
        readonly type: "stageLeft";
        readonly stage: number;
        readonly name: string;
        /** Mean training loss over the stage's first and last (up to 20) steps; of active subnetworks. */
        readonly lossAtEntry: number;
        readonly lossAtExit: number;
      }
    | { readonly type: "checkpointSaved"; readonly name: string; readonly bytes: number; readonly kept: readonly CheckpointReason[] }
    | { readonly type: "checkpointRemoved"; readonly name: string }
    | { readonly type: "evaluated"; readonly loss: number; readonly best: boolean; readonly milliseconds: number }
    | { readonly type: "requested"; readonly request: string; readonly action: ControlAction; readonly by: string }
    | { readonly type: "paused" }
    | { readonly type: "continued" }
    | { readonly type: "nonFinite"; readonly what: "loss" | "gradient"; readonly tensor: string; readonly lastCheckpoint: string | null }
    | { readonly type: "stopped"; readonly reason: "request" | "interrupt" }
    | { readonly type: "completed"; readonly loss: number }
    | { readonly type: "failed"; readonly code: string; readonly sentence: string; readonly remedy: string }
  );

/** Why a checkpoint exists or is kept. */
export type CheckpointReason = "cadence" | "stageEnd" | "best" | "request" | "final";
export type ControlAction = "pause" | "resume" | "checkpoint" | "stop-after-stage" | "stop-after-checkpoint" | "stop-now";
