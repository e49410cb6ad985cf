/** What a run does from its first step to its last: events, checkpoints, metrics, updates. */
import { expect, test } from "vitest";
import { resolvePlan } from "../../../trainer/plan/resolvePlan.ts";
import { createStrategy } from "../../../trainer/plan/strategies/registry.ts";
import { train } from "../../../trainer/train.ts";
import { referenceEngine } from "../../support/engines.ts";
import { MemoryWorld } from "../../support/memoryWorld.ts";
import type { SavedCheckpoint } from "../../support/memoryWorld.ts";
import { eventsOf, losses, savedAt } from "../../support/runs.ts";
import { tinySchedule } from "../../support/tinySchedule.ts";

const { create: createEngine } = referenceEngine;
const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test("stages, evaluations and checkpoints come in the order of time", async () => {
  const world = new MemoryWorld(tinySchedule({ checkpoint: { everySteps: 5 } }), { createEngine });
  expect(await train(world)).toBe("completed");
  expect(world.open.size).toBe(0);

  const stageEvents = world.events.filter(({ type }) => type.startsWith("stage"));
  expect(stageEvents.map(({ type, step }) => `${type} ${step}`)).toEqual([
    "stageEntered 0",
    "stageLeft 6",
    "stageEntered 6",
    "stageLeft 12",
    "stageEntered 12",
    "stageLeft 18",
  ]);
  expect(eventsOf(world, "stageLeft")[1]).toMatchObject({
    stage: 1,
    lossAtEntry: average(losses(world).slice(6, 9)),
    lossAtExit: average(losses(world).slice(9, 12)),
  });
  expect(world.evaluations.map(({ step }) => step)).toEqual([4, 6, 8, 12, 16, 18]);
  expect(world.events.at(-1)).toEqual({ type: "completed", step: 18, loss: world.evaluations.at(-1)!.loss });

  const best = world.evaluations.filter(({ loss }, i, all) => all.slice(0, i).every((before) => loss < before.loss));
  const reasons = world.saved.map(({ state }): [number, readonly string[]] => [state.step, state.reasons]);
  const expected = new Map<number, string[]>();
  const expectAt = (step: number, reason: string) => expected.set(step, [...(expected.get(step) ?? []), reason]);
  for (const step of [5, 10, 15]) expectAt(step, "cadence");
  for (const step of [6, 12, 18]) expectAt(step, "stageEnd");
  expectAt(18, "final");
  for (const { step } of best) expectAt(step, "best");
  expect(reasons).toEqual([...expected].toSorted(([a], [b]) => a - b));
  expect(world.saved.at(-1)!.state.bestEvaluation).toEqual({ step: best.at(-1)!.step, loss: best.at(-1)!.loss });
});

test("a metric row says what the step did", async () => {
  const schedule = tinySchedule();
  const plan = resolvePlan(schedule);
  const strategy = createStrategy(schedule);
  const world = new MemoryWorld(schedule, { createEngine });
  await train(world);
  expect(world.rows.map(({ step }) => step)).toEqual(Array.from({ length: 18 }, (_, i) => i));
  for (const row of world.rows) {
    const { active } = strategy.subnetworkAt(row.step);
    const ran = Array.from({ length: 5 }, (_, layer) => layer).filter((layer) => (row.activeLayers[0]! >> layer) & 1);
    expect(ran).toEqual(active);
    expect(row).toMatchObject({
      tokens: (row.step + 1) * 32,
      stage: Math.floor(row.step / 6),
      layerFlops: active.length * plan.layerFlopsPerStep,
      tokensPerSecond: 32 / (row.stepMilliseconds / 1000),
    });
    expect(Number.isFinite(row.loss) && row.gradientNorm > 0).toBe(true);
  }
  expect(savedAt(world, 18).state.layerFlops).toBe(world.rows.reduce((sum, { layerFlops }) => sum + layerFlops, 0));
});

test("it learns: one batch over and over is soon known by heart", async () => {
  const schedule = tinySchedule({ model: { dropout: 0 }, learningRate: { peak: 0.03, decay: "constant" }, steps: 60 });
  const world = new MemoryWorld(schedule, { createEngine });
  const { train: batchOf } = world.batches;
  world.batches.train = () => batchOf.call(world.batches, 0);
  await train(world);
  expect(losses(world)[0]).toBeGreaterThan(3);
  expect(average(losses(world).slice(-5))).toBeLessThan(1);
});

test("skip: a skipped layer does not move at all, and counts its own updates", async () => {
  const { before, after, active } = await stepThatSkips("skip");
  for (const layer of [0, 1, 2, 3, 4]) {
    const ran = active.includes(layer);
    expect(moved(before, after, layer), `layer ${layer}`).toEqual({ weights: ran, moments: ran });
    const count = (checkpoint: SavedCheckpoint): number => checkpoint.state.updateCounts.layers[layer]!;
    expect(count(after) - count(before)).toBe(ran ? 1 : 0);
  }
  expect(after.state.updateCounts.shared).toBe(after.state.step);
});

test("zeroGradient: momentum and decay move a skipped layer, and every layer counts every step", async () => {
  const { before, after, active } = await stepThatSkips("zeroGradient");
  expect(active.length).toBeLessThan(5);
  for (const layer of [0, 1, 2, 3, 4]) {
    expect(moved(before, after, layer), `layer ${layer}`).toEqual({ weights: true, moments: true });
  }
  const { step, updateCounts } = after.state;
  expect(updateCounts).toEqual({ shared: step, layers: [step, step, step, step, step] });
});

/** Checkpoints around a late step of the first stage that skips a layer which has run before. */
async function stepThatSkips(skippedUpdate: "skip" | "zeroGradient") {
  const schedule = tinySchedule({
    checkpoint: { everySteps: 1 },
    strategy: { kind: "constant", layers: 3, skippedUpdate } as object,
  });
  const strategy = createStrategy(schedule);
  const world = new MemoryWorld(schedule, { createEngine });
  await train(world);
  const step = world.rows.findLast(({ step }) => step < 17 && strategy.subnetworkAt(step).active.length < 5)!.step;
  return {
    before: savedAt(world, step),
    after: savedAt(world, step + 1),
    active: strategy.subnetworkAt(step).active,
  };
}

function moved(before: SavedCheckpoint, after: SavedCheckpoint, layer: number) {
  const differs = (kind: "weights" | "moments"): boolean =>
    [...before[kind]].some(
      ([name, values]) =>
        name.startsWith(`bert.encoder.layer.${layer}.`) &&
        values.some((value, i) => value !== after[kind].get(name)![i]),
    );
  return { weights: differs("weights"), moments: differs("moments") };
}
