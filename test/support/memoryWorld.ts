/** A world for the training loop in arrays: journal, checkpoints, requests, batches, a clock that counts. */
import type { Engine } from "../../trainer/engine/port.ts";
import { bits } from "../../trainer/plan/random.ts";
import { predictedPositions } from "../../trainer/plan/run.ts";
import type {
  BatchSource,
  Checkpoint,
  CheckpointStore,
  EventBody,
  LoopState,
  MicroBatch,
  PendingRequest,
  World,
} from "../../trainer/ports.ts";
import type { CheckpointState } from "../../trainer/protocol/checkpoint.ts";
import type { Schedule } from "../../trainer/protocol/config.ts";
import type { ControlAction } from "../../trainer/protocol/events.ts";
import type { EvaluationRow, MetricRow } from "../../trainer/protocol/metrics.ts";

/** A checkpoint as it would come back from a disk: state through JSON, tensors copied. */
export interface SavedCheckpoint {
  readonly state: CheckpointState;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly moments: ReadonlyMap<string, Float32Array>;
}

export interface Answer {
  readonly action: ControlAction;
  readonly accepted: boolean;
  readonly sentence: string;
  /** Steps done when it was answered. */
  readonly step: number;
}

interface MemoryWorldOptions {
  readonly createEngine: () => Promise<Engine>;
  readonly from?: SavedCheckpoint;
  readonly stopAtStep?: number;
  readonly batches?: BatchSource;
}

export class MemoryWorld implements World {
  readonly schedule: Schedule;
  readonly batches: BatchSource;
  readonly interrupt = { aborted: false };
  readonly stopAtStep: number | null;
  readonly events: EventBody[] = [];
  readonly rows: MetricRow[] = [];
  readonly evaluations: EvaluationRow[] = [];
  readonly saved: SavedCheckpoint[] = [];
  readonly answers: Answer[] = [];
  readonly states: LoopState[] = [];
  /** Engines opened and not yet closed. */
  readonly open = new Set<Engine>();
  /** Called at each `progress`; a test asks for things here, at a step or when paused. */
  onProgress: (state: LoopState, step: number) => void = () => {};
  private readonly engineFactory: () => Promise<Engine>;
  private readonly requests: ControlAction[] = [];
  private requested = 0;
  private step = 0;
  private ticks = 0;

  constructor(schedule: Schedule, options: MemoryWorldOptions) {
    this.schedule = schedule;
    this.engineFactory = options.createEngine;
    this.batches = options.batches ?? new RandomBatches(schedule, 37);
    this.stopAtStep = options.stopAtStep ?? null;
    if (options.from !== undefined) this.saved.push(options.from);
  }

  /** Puts a request into the mailbox. */
  request(action: ControlAction): void {
    this.requests.push(action);
  }

  async createEngine(): Promise<Engine> {
    const engine = await this.engineFactory();
    this.open.add(engine);
    const close = engine.close.bind(engine);
    engine.close = async () => {
      this.open.delete(engine);
      await close();
    };
    return engine;
  }

  readonly journal = {
    event: (body: EventBody): void => void this.events.push(body),
    metric: (row: MetricRow): void => void this.rows.push(row),
    evaluation: (row: EvaluationRow): void => void this.evaluations.push(row),
    flush: async (): Promise<void> => {},
  };

  readonly checkpoints: CheckpointStore = {
    save: async ({ state, weights, moments }) => {
      const saved = { weights: await collect(weights), moments: await collect(moments) };
      this.saved.push({ state: JSON.parse(JSON.stringify({ ...state, files: {} })) as CheckpointState, ...saved });
    },
    latest: async () => {
      const newest = this.saved.at(-1);
      return newest === undefined ? null : openCheckpoint(newest);
    },
  };

  readonly control = {
    next: async (): Promise<PendingRequest | null> => {
      const action = this.requests.shift();
      if (action === undefined) return null;
      const { step } = this;
      const answer = async (accepted: boolean, sentence: string): Promise<void> => {
        this.answers.push({ action, accepted, sentence, step });
      };
      return { id: `request-${++this.requested}`, action, by: "test", answer };
    },
    wait: async (): Promise<void> => {
      if (this.requests.length === 0 && !this.interrupt.aborted)
        throw new Error("paused, and nobody asks for anything");
    },
  };

  /** One tick a reading, so that times are never zero. */
  readonly clock = { now: () => ++this.ticks, wall: () => 1_700_000_000_000 + this.ticks };

  progress(state: LoopState, step: number): void {
    this.step = step;
    this.states.push(state);
    this.onProgress(state, step);
  }
}

/** Batches drawn from Philox: pure in (step, micro-batch), as real ones are. Every sixth label is missing. */
export class RandomBatches implements BatchSource {
  readonly vocabularySize: number;
  private readonly schedule: Schedule;

  constructor(schedule: Schedule, vocabularySize: number) {
    this.schedule = schedule;
    this.vocabularySize = vocabularySize;
  }

  async train(step: number): Promise<readonly MicroBatch[]> {
    return this.batch(0xe0000, step);
  }

  async evaluation(index: number): Promise<readonly MicroBatch[]> {
    return this.batch(0xe1000, index);
  }

  async close(): Promise<void> {}

  private batch(stream: number, step: number): readonly MicroBatch[] {
    const { batch, objective } = this.schedule;
    const sequences = batch.size / batch.microBatches;
    const tokens = sequences * batch.length;
    const predicted = sequences * predictedPositions(batch.length, objective.maskShare);
    return Array.from({ length: batch.microBatches }, (_, i) => {
      const draw = (part: number, size: number, below: number): Int32Array =>
        Int32Array.from({ length: size }, (_, index) => bits(7, stream + part, step * 64 + i, index) % below);
      const labels = draw(1, predicted, this.vocabularySize).map((label, k) => (k % 6 === 5 ? -1 : label));
      return { ids: draw(0, tokens, this.vocabularySize), rows: draw(2, predicted, tokens), labels };
    });
  }
}

function openCheckpoint({ state, weights, moments }: SavedCheckpoint): Checkpoint {
  const read = (tensors: ReadonlyMap<string, Float32Array>, name: string): Float32Array => {
    const values = tensors.get(name);
    if (values === undefined) throw new Error(`The checkpoint has no ${name}.`);
    return values;
  };
  return { state, weights: async (name) => read(weights, name), moments: async (name) => read(moments, name) };
}

type Stream = Parameters<CheckpointStore["save"]>[0]["weights"];

async function collect(stream: Stream): Promise<Map<string, Float32Array>> {
  const tensors = new Map<string, Float32Array>();
  for await (const { name, values } of stream) tensors.set(name, values.slice());
  return tensors;
}
