/** Evaluation: the full network, dropout off, the same held-out batches each time. Leaves the training state alone. */
import type { Engine } from "./engine/port.ts";
import { countLabels } from "./model/model.ts";
import type { Model } from "./model/model.ts";
import { reportNonFinite } from "./nonFinite.ts";
import type { BatchSource, World } from "./ports.ts";
import type { Session } from "./session.ts";
import type { TrainState } from "./state.ts";

export interface Evaluation {
  readonly loss: number;
  /** Lower than every evaluation before. */
  readonly best: boolean;
}

/**
 * Evaluates, journals, and returns the state that knows of it. Where the loss is not finite the culprit is journalled,
 * and null is returned.
 */
export async function evaluateState(
  world: World,
  session: Session,
  state: TrainState,
): Promise<{ readonly evaluation: Evaluation; readonly state: TrainState } | null> {
  const { schedule, journal, clock, batches } = world;
  const { engine, model } = session;
  const { step, tokens, bestEvaluation } = state;
  const started = clock.now();
  const loss = await evaluate(engine, model, batches, schedule.evaluation.batches);
  if (!Number.isFinite(loss)) {
    const everyLayer = Array.from({ length: schedule.model.layers }, (_, layer) => layer);
    await reportNonFinite(world, session, step, everyLayer, loss);
    return null;
  }
  const milliseconds = clock.now() - started;
  const best = bestEvaluation === null || loss < bestEvaluation.loss;
  journal.evaluation({ step, tokens, loss, milliseconds, time: clock.wall() });
  journal.event({ type: "evaluated", step, loss, best, milliseconds });
  return { evaluation: { loss, best }, state: best ? { ...state, bestEvaluation: { step, loss } } : state };
}

/** Mean loss over every predicted position of the first `count` evaluation batches; nats. One read per batch. */
async function evaluate(engine: Engine, model: Model, batches: BatchSource, count: number): Promise<number> {
  let loss = 0;
  let positions = 0;
  for (let index = 0; index < count; index++) {
    const microBatches = await batches.evaluation(index);
    model.evaluate(microBatches);
    const [batchLoss = NaN] = await engine.read(model.loss);
    const batchPositions = countLabels(microBatches);
    loss += batchLoss * batchPositions;
    positions += batchPositions;
  }
  return loss / positions;
}
