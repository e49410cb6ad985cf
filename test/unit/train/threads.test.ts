/** A whole run, dropout and micro-batches included, is bitwise the same on any number of threads. */
import { describe, expect, test } from "vitest";
import { engines } from "../../../trainer/engines/registry.ts";
import { train } from "../../../trainer/train.ts";
import { MemoryWorld } from "../../support/memoryWorld.ts";
import { savedAt, timeless } from "../../support/runs.ts";
import { tinySchedule } from "../../support/tinySchedule.ts";

const schedule = tinySchedule({
  model: { layers: 4, hidden: 35, heads: 5, feedForward: 83 },
  strategy: { stages: "2-3-4" } as object,
  batch: { size: 6, length: 19, microBatches: 2 },
  evaluation: { everySteps: 1000 },
});

describe.each(engines)("$name engine", ({ create }) => {
  test("1, 2, 3 and 7 threads", async () => {
    const run = async (threads: number): Promise<MemoryWorld> => {
      const world = new MemoryWorld(schedule, { createEngine: () => create({ threads }) });
      expect(await train(world)).toBe("completed");
      return world;
    };
    const single = await run(1);
    for (const threads of [2, 3, 7]) {
      const several = await run(threads);
      expect(several.rows.map(timeless)).toEqual(single.rows.map(timeless));
      expect(savedAt(several, 18)).toEqual(savedAt(single, 18));
    }
  });
});
