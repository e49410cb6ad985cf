/** What the plan says a run takes is what the model and the optimizer allocate, byte for byte. */
import { expect, test } from "vitest";
import { memoryBytes } from "../../../trainer/plan/memory.ts";
import { parameterCount } from "../../../trainer/plan/flops.ts";
import { modelSize } from "../../../trainer/plan/run.ts";
import { vocabularySize } from "../../../trainer/plan/vocabulary.ts";
import { modelParameters } from "../../../trainer/model/registry.ts";
import { Session } from "../../../trainer/session.ts";
import { referenceEngine } from "../../support/engines.ts";
import { MemoryWorld, RandomBatches } from "../../support/memoryWorld.ts";
import { tinySchedule } from "../../support/tinySchedule.ts";

const schedules = {
  "post-norm": tinySchedule(),
  "pre-norm": tinySchedule({ model: { normPosition: "pre" } }),
  "one of everything": tinySchedule({
    model: { layers: 1, hidden: 1, heads: 1, feedForward: 1 },
    batch: { size: 1, length: 8, microBatches: 1 },
  }),
  wide: tinySchedule({
    model: { layers: 3, hidden: 30, heads: 5, maxLength: 64 },
    batch: { size: 9, microBatches: 3 },
  }),
};

test.each(Object.entries(schedules))("%s", async (_, schedule) => {
  const batches = new RandomBatches(schedule, vocabularySize);
  const world = new MemoryWorld(schedule, { createEngine: referenceEngine.create, batches });
  const { session } = await Session.open(world);
  expect(session.engine.allocatedBytes).toBe(memoryBytes(schedule).total);

  const specs = modelParameters(schedule, vocabularySize);
  const elements = specs.reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent), 0);
  expect(elements).toBe(parameterCount(modelSize(schedule)));
  await session.close();
});
