/** A step whose numbers go wrong moves nothing, is named, and leaves the last good checkpoint as it was. */
import { expect, test } from "vitest";
import type { Engine } from "../../../trainer/engine/port.ts";
import { train } from "../../../trainer/train.ts";
import { testEngines } from "../../support/engines.ts";
import { MemoryWorld } from "../../support/memoryWorld.ts";
import { eventsOf } from "../../support/runs.ts";
import { tinySchedule } from "../../support/tinySchedule.ts";

const schedule = tinySchedule({ checkpoint: { everySteps: 2 }, evaluation: { everySteps: 1000 } });

test.each(testEngines)("a gradient that is not finite: $name engine", async ({ create }) => {
  const world = new MemoryWorld(schedule, {
    createEngine: async () => poison(await create(), "bert.encoder.layer.0.intermediate.dense.weight", 3),
  });
  expect(await train(world)).toBe("nonFinite");
  expect(world.rows).toHaveLength(3);
  expect(eventsOf(world, "nonFinite")).toEqual([
    {
      type: "nonFinite",
      step: 3,
      what: "gradient",
      tensor: "bert.encoder.layer.0.intermediate.dense.weight",
      lastCheckpoint: "step-00000002",
    },
  ]);
  expect(world.saved.map(({ state }) => state.step)).toEqual([2]);
  expect(world.open.size).toBe(0);

  // The cause gone, the same checkpoint leads to the end.
  const mended = new MemoryWorld(schedule, { createEngine: create, from: world.saved[0]! });
  expect(await train(mended)).toBe("completed");
});

test.each(testEngines)("a loss that is not finite: $name engine", async ({ create }) => {
  const reckless = tinySchedule({
    checkpoint: { everySteps: 2 },
    learningRate: { peak: 3e38, warmupSteps: 0 },
    optimizer: { weightDecay: 0 },
  });
  const world = new MemoryWorld(reckless, { createEngine: create });
  expect(await train(world)).toBe("nonFinite");
  const [event] = eventsOf(world, "nonFinite");
  expect(event).toMatchObject({ what: "loss", step: world.rows.length });
  expect(event).toHaveProperty("tensor", expect.stringMatching(/^(bert|cls|embeddings|layer|head)/));
});

test.each(testEngines)("weights that are not finite are never saved: $name engine", async ({ create }) => {
  const reckless = {
    checkpoint: { everySteps: 1 },
    learningRate: { peak: 3e38, warmupSteps: 2 },
    optimizer: { weightDecay: 0 },
  };
  for (const everySteps of [1, 1000]) {
    const schedule = tinySchedule({ ...reckless, evaluation: { everySteps } });
    const world = new MemoryWorld(schedule, { createEngine: create });
    expect(await train(world)).toBe("nonFinite");
    expect(world.saved.length).toBeGreaterThan(0);
    for (const { weights } of world.saved) {
      for (const values of weights.values()) expect(values.every(Number.isFinite)).toBe(true);
    }
    const lastCheckpoint = `step-0000000${world.saved.at(-1)!.state.step}`;
    expect(eventsOf(world, "nonFinite")).toMatchObject([{ what: "loss", lastCheckpoint }]);
    expect(world.evaluations.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  }
});

/** After `steps` good steps, one value of the named gradient comes out as NaN. */
function poison(engine: Engine, parameter: string, steps: number): Engine {
  let norms = 0;
  const gradientNorm = engine.gradientNorm.bind(engine);
  engine.gradientNorm = (args) => {
    const gradient = args.gradients.find(({ name }) => name === `gradient of ${parameter}`);
    if (gradient !== undefined && norms++ === steps) engine.sum({ x: gradient, out: gradient, scale: NaN });
    gradientNorm(args);
  };
  return engine;
}
