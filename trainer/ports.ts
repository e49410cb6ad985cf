/** What the training loop needs from the world. `node/` implements it with files, clocks and processes; tests with arrays. */
import type { CheckpointState } from "./protocol/checkpoint.ts";
import type { CheckpointReason, ControlAction, RunEvent } from "./protocol/events.ts";
import type { EvaluationRow, MetricRow } from "./protocol/metrics.ts";

/** One micro-batch ready for the model. B x T tokens, K predicted positions. */
export interface MicroBatch {
  /** [B*T] token ids as the model sees them (some replaced). */
  readonly ids: Int32Array;
  /** [K] positions in 0..B*T-1 that are predicted. K is the same for every micro-batch of a run. */
  readonly rows: Int32Array;
  /** [K] the true tokens there; -1 where a sequence had fewer than its share to predict. */
  readonly labels: Int32Array;
}

/** Batches are pure functions of (data, seed, step); sources may prefetch. */
export interface BatchSource {
  readonly vocabularySize: number;
  /** The micro-batches of training step `step`. */
  train(step: number): Promise<readonly MicroBatch[]>;
  /** Batch `index` of the fixed evaluation set. */
  evaluation(index: number): Promise<readonly MicroBatch[]>;
  close(): Promise<void>;
}

export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Milliseconds since the epoch. */
  wall(): number;
}

/** An event without what the journal adds. */
type WithoutStamp<E> = E extends unknown ? Omit<E, "time" | "launch"> : never;
export type EventBody = WithoutStamp<RunEvent>;

export interface Journal {
  event(body: EventBody): void;
  metric(row: MetricRow): void;
  evaluation(row: EvaluationRow): void;
  /** Settles when everything so far is in the files. */
  flush(): Promise<void>;
}

/** Named tensors on their way to or from a checkpoint: names are checkpoint keys (Hugging Face BERT's). */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface CheckpointWriter {
  save(checkpoint: {
    readonly state: Omit<CheckpointState, "files">;
    readonly weights: AsyncIterable<NamedTensor>;
    readonly moments: AsyncIterable<NamedTensor>;
  }): Promise<void>;
}

export interface Checkpoint {
  readonly state: CheckpointState;
  weights(name: string): Promise<Float32Array>;
  moments(name: string): Promise<Float32Array>;
}

export interface ControlSource {
  /** Requests not yet seen, oldest first; each is acknowledged through `answer`. */
  next(): Promise<{ readonly action: ControlAction; answer(accepted: boolean, sentence: string): Promise<void> } | null>;
  /** Settles when a request is there (while paused). */
  wait(): Promise<void>;
}

export type Finish = "completed" | "stopped" | "interrupted" | "nonFinite";
export type { CheckpointReason };
