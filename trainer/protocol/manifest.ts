/** `run.json`: written once when a run is created. */
import type { Schedule } from "./config.ts";

export interface RunManifest {
  readonly format: "raptr-run";
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly schedule: {
    /** Where the schedule was read, as given; for people and for the editor. */
    readonly path: string;
    /** The text as it was at launch. */
    readonly text: string;
  };
  /** The schedule parsed, defaults filled in. */
  readonly config: Schedule;
  readonly code: { readonly version: string };
  readonly host: { readonly name: string; readonly platform: string; readonly cpus: number; readonly memoryBytes: number };
  readonly data: {
    readonly files: number;
    readonly documents: number;
    readonly trainTokens: number;
    readonly evaluationTokens: number;
    /** Entropy of single tokens over the training text, in nats per token: what a model that ignores context reaches. */
    readonly unigramEntropy: number;
  };
  /** Set when the run was forked from a checkpoint of another. */
  readonly parent?: { readonly id: string; readonly checkpoint: string };
}
