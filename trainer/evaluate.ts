/** Evaluation: the full network, dropout off, the same held-out batches each time. Leaves the training state alone. */
import type { Engine } from "./engine/port.ts";
import { countLabels } from "./model/model.ts";
import type { Model } from "./model/model.ts";
import type { BatchSource } from "./ports.ts";

/** Mean loss over every predicted position of the first `count` evaluation batches; nats. One read per batch. */
export async function evaluate(engine: Engine, model: Model, batches: BatchSource, count: number): Promise<number> {
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
