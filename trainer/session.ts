/** The engine with the model and the optimizer on it: opened at the start and after each pause, from the newest checkpoint. */
import type { Engine, Tensor } from "./engine/port.ts";
import type { Model } from "./model/model.ts";
import { loadTensors, streamTensors } from "./model/parameters.ts";
import type { Parameter, StoredTensor } from "./model/parameters.ts";
import { createModel } from "./model/registry.ts";
import { firstNonFinite } from "./nonFinite.ts";
import { AdamW } from "./optim/adamw.ts";
import { closeGate, readGate } from "./optim/clip.ts";
import { countUpdate } from "./optim/updateCounts.ts";
import type { SkippedUpdate, UpdateCounts } from "./optim/updateCounts.ts";
import type { Subnetwork } from "./plan/strategy.ts";
import type { Checkpoint, MicroBatch, World } from "./ports.ts";
import type { CheckpointReason } from "./protocol/events.ts";
import { checkpointName } from "./protocol/runDirectory.ts";
import { checkpointOfState, initialState, stateOfCheckpoint } from "./state.ts";
import type { TrainState } from "./state.ts";

export interface Gradient {
  readonly loss: number;
  readonly norm: number;
  readonly finite: boolean;
}

export class Session {
  readonly engine: Engine;
  readonly model: Model;
  /** Steps done at the checkpoint that this session began with; null when it began afresh. */
  readonly restoredStep: number | null;
  private readonly world: World;
  private readonly optimizer: AdamW<Parameter>;
  /** [3], see `closeGate`. */
  private readonly gate: Tensor;
  private closed = false;
  /** Steps done at the newest checkpoint; null while there is none. */
  private savedStep: number | null;

  /** An engine with the newest checkpoint's tensors, or with initial weights; and the state that goes with them. */
  static async open(world: World): Promise<{ readonly session: Session; readonly state: TrainState }> {
    const checkpoint = await world.checkpoints.latest();
    const engine = await world.createEngine();
    try {
      const session = new Session(world, engine, checkpoint?.state.step ?? null);
      if (checkpoint === null) return { session, state: initialState(world.schedule.model.layers) };
      await session.restore(checkpoint);
      return { session, state: stateOfCheckpoint(checkpoint.state) };
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  private constructor(world: World, engine: Engine, restoredStep: number | null) {
    const { schedule, batches } = world;
    this.world = world;
    this.engine = engine;
    this.restoredStep = restoredStep;
    this.savedStep = restoredStep;
    this.model = createModel(engine, schedule, batches.vocabularySize);
    this.optimizer = new AdamW(engine, schedule.optimizer, this.model.parameters);
    this.gate = engine.allocate("gate", [3]);
  }

  /** Computes loss and gradient of one optimizer step; moves nothing. The step's one synchronisation point. */
  async gradient(microBatches: readonly MicroBatch[], subnetwork: Subnetwork, step: number): Promise<Gradient> {
    const { engine, model, gate } = this;
    model.gradient(microBatches, subnetwork, step);
    closeGate(engine, gate, model.parameters, subnetwork.active, this.world.schedule.optimizer.clipNorm);
    const { norm, finite } = await readGate(engine, gate);
    const [loss = NaN] = await engine.read(model.loss);
    return { loss, norm, finite: finite && Number.isFinite(loss) };
  }

  /** Applies the last gradient; returns the update counts after it. */
  async update(
    active: readonly number[],
    skippedUpdate: SkippedUpdate,
    countsBefore: UpdateCounts,
    learningRate: number,
  ): Promise<UpdateCounts> {
    const counts = countUpdate(countsBefore, active, skippedUpdate);
    this.optimizer.update({ active, skippedUpdate, counts, learningRate, gate: this.gate });
    await this.engine.submit();
    return counts;
  }

  /** Name of the newest checkpoint. */
  get lastCheckpoint(): string | null {
    return this.savedStep === null ? null : checkpointName(this.savedStep);
  }

  /**
   * Saves a checkpoint, unless there is one of this step. What was journalled before it is in the files before it is.
   * Where a parameter is not finite, that is journalled, nothing is saved, and false is returned: the newest checkpoint
   * is always a good one.
   */
  async save(state: TrainState, reasons: readonly CheckpointReason[]): Promise<boolean> {
    if (state.step === this.savedStep) return true;
    const tensor = await this.nonFiniteParameter();
    if (tensor !== null) {
      const { lastCheckpoint } = this;
      this.world.journal.event({ type: "nonFinite", step: state.step, what: "loss", tensor, lastCheckpoint });
      return false;
    }
    await this.world.journal.flush();
    await this.world.checkpoints.save({
      state: checkpointOfState(state, this.engine.description, reasons),
      weights: streamTensors(this.engine, this.weights()),
      moments: streamTensors(this.engine, this.moments()),
    });
    this.savedStep = state.step;
    return true;
  }

  /** Releases the engine's memory. Does nothing the second time. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.engine.close();
  }

  private async restore(checkpoint: Checkpoint): Promise<void> {
    await loadTensors(this.engine, this.weights(), (name) => checkpoint.weights(name));
    await loadTensors(this.engine, this.moments(), (name) => checkpoint.moments(name));
  }

  /** The norm over all parameters tells at one read that all is well; only else they are looked at one by one. */
  private async nonFiniteParameter(): Promise<string | null> {
    const values = this.model.parameters.map(({ value }) => value);
    this.engine.gradientNorm({ gradients: values, out: this.gate, maxNorm: 0 });
    const { finite } = await readGate(this.engine, this.gate);
    return finite ? null : firstNonFinite(this.engine, values);
  }

  private weights(): readonly StoredTensor[] {
    return this.model.parameters.map(({ value, stored }) => ({ tensor: value, stored }));
  }

  /** Stored as the weights are, under their names with `.firstMoment` and `.secondMoment` after them. */
  private moments(): readonly StoredTensor[] {
    return [...this.optimizer.moments].flatMap(([{ stored }, { first, second }]) => [
      { tensor: first, stored: stored.map(({ name, shape }) => ({ name: `${name}.firstMoment`, shape })) },
      { tensor: second, stored: stored.map(({ name, shape }) => ({ name: `${name}.secondMoment`, shape })) },
    ]);
  }
}
