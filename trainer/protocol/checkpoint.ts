/** A checkpoint: `checkpoints/step-00012000/{weights,moments}.safetensors state.json DONE`. DONE is written last. */

import type { CheckpointReason } from "./events.ts";

/** Everything besides tensors that resume needs; what varies with the step otherwise is a pure function of (config, seed, step). */
export interface CheckpointState {
  readonly format: "raptr-checkpoint";
  readonly version: 1;
  /** Optimizer steps completed: the next step to run. */
  readonly step: number;
  readonly tokens: number;
  /** AdamW's t per parameter group: "shared" and one per layer. */
  readonly updateCounts: { readonly shared: number; readonly layers: readonly number[] };
  readonly layerFlops: number;
  readonly bestEvaluation: { readonly step: number; readonly loss: number } | null;
  /** Loss means for `stageLeft` that span a resume: first losses of the current stage and the latest ones. */
  readonly stageLosses: { readonly stage: number; readonly first: readonly number[]; readonly last: readonly number[] };
  readonly engine: { readonly name: string; readonly fingerprint: Readonly<Record<string, string>> };
  readonly reasons: readonly CheckpointReason[];
  /** SHA-256 and size of each tensor file, by file name. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}
