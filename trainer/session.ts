/** The engine with the model and the optimizer on it: opened at the start and after each pause, from the newest checkpoint. */
import type { Engine, Tensor } from "./engine/port.ts";
import type { Model } from "./model/model.ts";
import { loadTensors, streamTensors } from "./model/parameters.ts";
import type { Parameter, StoredTensor } from "./model/parameters.ts";
import { createModel } from "./model/registry.ts";
import { AdamW } from "./optim/adamw.ts";
import { closeGate, readGate } from "./optim/clip.ts";
import { countUpdate } from "./optim/updateCounts.ts";
import type { SkippedUpdate, UpdateCounts } from "./optim/updateCounts.ts";
import type { Subnetwork } from "./plan/strategy.ts";
import type { Checkpoint, MicroBatch, World } from "./ports.ts";
import type { CheckpointReason } from "./protocol/events.ts";
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
  private readonly world: World;
  private readonly optimizer: AdamW<Parameter>;
  /** [3], see `closeGate`. */
  private readonly gate: Tensor;
  private closed = false;

  /** An engine with the newest checkpoint's tensors, or with initial weights; and the state that goes with them. */
  static async open(world: World): Promise<{ session: Session; state: TrainState; restoredStep: number | null }> {
    const checkpoint = await world.checkpoints.latest();
    const engine = await world.createEngine();
    try {
      const session = new Session(world, engine);
      if (checkpoint === null) return { session, state: initialState(world.schedule.model.layers), restoredStep: null };
      await session.restore(checkpoint);
      return { session, state: stateOfCheckpoint(checkpoint.state), restoredStep: checkpoint.state.step };
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  private constructor(world: World, engine: Engine) {
    const { schedule, batches } = world;
    this.world = world;
    this.engine = engine;
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

  async save(state: TrainState, reasons: readonly CheckpointReason[]): Promise<void> {
    await this.world.journal.flush();
    await this.world.checkpoints.save({
      state: checkpointOfState(state, this.engine.description, reasons),
      weights: streamTensors(this.engine, this.weights()),
      moments: streamTensors(this.engine, this.moments()),
    });
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
