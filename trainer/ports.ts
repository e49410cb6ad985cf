/** What the training loop needs from the world. `node/` implements it with files, clocks and processes; tests with arrays. */
import type { Engine } from "./engine/port.ts";
import type { CheckpointState } from "./protocol/checkpoint.ts";
import type { Schedule } from "./protocol/config.ts";
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

/**
 * Who journals what: `train` journals what happens in the loop; the checkpoint store journals `checkpointSaved` and
 * `checkpointRemoved` (it knows bytes and retention); the launcher journals `launched` and `failed`.
 */
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

export type TensorSpec = Pick<NamedTensor, "name" | "shape">;

/** Tensors one after another, in the order of `specs` (which a file's header needs first). Iterate once. */
export interface TensorStream extends AsyncIterable<NamedTensor> {
  readonly specs: readonly TensorSpec[];
}

export interface CheckpointWriter {
  /**
   * Writes the checkpoint of `state.step`, DONE last, applies retention and journals both. Values are read off the
   * engine while the streams are iterated; they are valid until the next one is asked for.
   */
  save(checkpoint: {
    readonly state: Omit<CheckpointState, "files">;
    readonly weights: TensorStream;
    readonly moments: TensorStream;
  }): Promise<void>;
}

export interface Checkpoint {
  readonly state: CheckpointState;
  weights(name: string): Promise<Float32Array>;
  moments(name: string): Promise<Float32Array>;
}

export interface CheckpointStore extends CheckpointWriter {
  /** The newest complete checkpoint, or null when there is none. */
  latest(): Promise<Checkpoint | null>;
}

export interface PendingRequest {
  readonly id: string;
  readonly action: ControlAction;
  readonly by: string;
  /** Acknowledges: says what will happen, or why not. */
  answer(accepted: boolean, sentence: string): Promise<void>;
}

export interface ControlSource {
  /** The oldest request not yet seen, or null. Asked once per step: answer from memory. */
  next(): Promise<PendingRequest | null>;
  /** Settles when a request is there or the interrupt came (while paused). */
  wait(): Promise<void>;
}

/** The part of an AbortSignal that the loop needs. */
export interface Interrupt {
  readonly aborted: boolean;
}

/** What the lease says of the loop. */
export type LoopState = "running" | "pausing" | "paused" | "stopping";

/** Everything outside that one launch of the loop touches. */
export interface World {
  readonly schedule: Schedule;
  /** Creates the engine at the start and again after each pause; `train` closes it. */
  createEngine(): Promise<Engine>;
  readonly batches: BatchSource;
  readonly checkpoints: CheckpointStore;
  readonly journal: Journal;
  readonly control: ControlSource;
  readonly clock: Clock;
  /** Aborts on the first Ctrl+C or SIGTERM: a checkpoint, then the end. */
  readonly interrupt: Interrupt;
  /** Told at each step boundary and at each change of state, for the lease; must not wait. */
  progress(state: LoopState, step: number): void;
  /** Stop once this many steps are done, with a checkpoint; null runs to the end. */
  readonly stopAtStep: number | null;
}

export type Finish = "completed" | "stopped" | "interrupted" | "nonFinite";
export type { CheckpointReason };
