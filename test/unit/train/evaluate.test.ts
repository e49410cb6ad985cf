/** An evaluation is the mean over predicted positions, not over batches. */
import { expect, test } from "vitest";
import { evaluateState } from "../../../trainer/evaluate.ts";
import { countLabels } from "../../../trainer/model/model.ts";
import { Session } from "../../../trainer/session.ts";
import { referenceEngine } from "../../support/engines.ts";
import { MemoryWorld, RandomBatches } from "../../support/memoryWorld.ts";
import { tinySchedule } from "../../support/tinySchedule.ts";

test("batches weigh by their labels", async () => {
  const schedule = tinySchedule({ evaluation: { batches: 3 } });
  const batches = new RandomBatches(schedule, 37);
  const { evaluation } = batches;
  // Batch i keeps its first i + 1 labels in each micro-batch.
  batches.evaluation = async (index) =>
    (await evaluation.call(batches, index)).map((microBatch) => ({
      ...microBatch,
      labels: microBatch.labels.map((label, k) => (k > index ? -1 : label)),
    }));
  const world = new MemoryWorld(schedule, { createEngine: referenceEngine.create, batches });
  const { session, state } = await Session.open(world);

  let sum = 0;
  let positions = 0;
  for (const index of [0, 1, 2]) {
    const microBatches = await batches.evaluation(index);
    session.model.evaluate(microBatches);
    sum += (await session.engine.read(session.model.loss))[0]! * countLabels(microBatches);
    positions += countLabels(microBatches);
  }
  expect(positions).toBe(2 + 4 + 6);
  const evaluated = await evaluateState(world, session, state);
  expect(evaluated?.evaluation).toEqual({ loss: sum / positions, best: true });
  expect(evaluated?.state.bestEvaluation).toEqual({ step: 0, loss: sum / positions });
  await session.close();
});
