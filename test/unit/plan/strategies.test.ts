import { describe, expect, test } from "vitest";
import { resolvePlan } from "../../../trainer/plan/resolvePlan.ts";
import { layerBand, realisedLedger } from "../../../trainer/plan/ledger.ts";
import { createStrategy, strategyKinds } from "../../../trainer/plan/strategies/registry.ts";
import { keptLayers } from "../../../trainer/plan/strategies/staged.ts";
import { schedule } from "./scheduleText.ts";

const layers = 12;
const strategies: readonly Readonly<Record<string, unknown>>[] = [
  { kind: "raptr", stages: "6-8-10-12" },
  { kind: "raptr", stages: "6-8-10-12", sampling: "fixedSize" },
  { kind: "raptr", stages: "5.5-7-12", alwaysKept: [3], lengths: "proportional", warmupFullSteps: 100 },
  { kind: "raptr", stages: "4-9-12", alwaysKept: [2, 12, 5], sampling: "fixedSize" },
  { kind: "constant", layers: 9 },
  { kind: "constant", layers: 9, sampling: "fixedSize" },
  { kind: "constant", layers: 3.3, alwaysKept: [] },
  { kind: "full" },
];

test("every strategy of the registry is tested here", () => {
  expect(new Set(strategies.map((strategy) => strategy["kind"]))).toEqual(new Set(strategyKinds));
});

describe.each(strategies.map((strategy) => ({ strategy, name: JSON.stringify(strategy) })))("$name", ({ strategy }) => {
  const parsed = schedule({ strategy, seed: 17 });
  const plan = resolvePlan(parsed);
  const subject = createStrategy(parsed);
  const subnetworks = Array.from({ length: plan.steps }, (_, step) => subject.subnetworkAt(step));

  test("layers rise, are layers of the model, and the always-kept ones are always there", () => {
    for (const { active, scale } of subnetworks) {
      expect(active).toEqual([...new Set(active)].sort((a, b) => a - b));
      expect(active.every((layer) => Number.isInteger(layer) && layer >= 0 && layer < layers)).toBe(true);
      expect(subject.alwaysKept.every((layer) => active.includes(layer))).toBe(true);
      expect(scale.length).toBe(active.length);
    }
  });

  test("each layer runs as often as its keep probability says, within 3 sigma", () => {
    for (const stage of plan.stages) {
      const probabilities = subject.keepProbabilities(stage.firstStep);
      const drawn = subnetworks.slice(stage.firstStep, stage.lastStep + 1);
      for (const [layer, p] of probabilities.entries()) {
        const count = drawn.filter(({ active }) => active.includes(layer)).length;
        expect(Math.abs(count - p * stage.steps)).toBeLessThanOrEqual(3 * Math.sqrt(stage.steps * p * (1 - p)) + 1e-9);
      }
      const mean = probabilities.reduce((sum, p) => sum + p, 0);
      expect(mean).toBeCloseTo(stage.meanLayers, 9);
    }
  });

  test("the sum of active layers stays in the ledger's band at every stage's end", () => {
    for (const { lastStep } of plan.stages) {
      const run = subnetworks.slice(0, lastStep + 1).reduce((sum, { active }) => sum + active.length, 0);
      expect(realisedLedger(plan, lastStep + 1, run)?.withinBand).toBe(true);
    }
  });

  test("any order of asking, and any other instance, gives the same subnetworks", () => {
    const again = createStrategy(parsed);
    for (const step of [plan.steps - 1, 0, 1234, 1, 1234, 999]) {
      expect(again.subnetworkAt(step)).toEqual(subnetworks[step]);
    }
  });

  test("stageAt agrees with the plan, and the plan's steps are without gap", () => {
    let next = 0;
    for (const stage of plan.stages) {
      expect(stage.firstStep).toBe(next);
      expect(subject.stageAt(stage.firstStep)).toBe(stage.index);
      expect(subject.stageAt(stage.lastStep)).toBe(stage.index);
      next = stage.lastStep + 1;
    }
    expect(next).toBe(4000);
    expect(plan.steps).toBe(4000);
  });
});

describe("RAPTR", () => {
  test("keep probabilities of the paper's BERT-Base stages", () => {
    const { stages } = createStrategy(schedule());
    expect(stages.map((stage) => stage.keepProbability)).toEqual([0.4, 0.6, 0.8, 1]);
  });

  test("full-network steps before the first stage are a stage of their own", () => {
    const strategy = createStrategy(schedule({ strategy: { kind: "raptr", stages: "6-12", warmupFullSteps: 10 } }));
    expect(strategy.stages.map(({ name, steps }) => [name, steps])).toEqual([
      ["warm-up", 10],
      ["stage 1", 1995],
      ["stage 2", 1995],
    ]);
    for (let step = 0; step < 10; step++) expect(strategy.subnetworkAt(step).active.length).toBe(layers);
  });

  test("a fixed size is the same in every step, with a Bernoulli draw it is not", () => {
    const sizes = (sampling: string): ReadonlySet<number> => {
      const strategy = createStrategy(schedule({ strategy: { kind: "raptr", stages: "6-12", sampling } }));
      return new Set(Array.from({ length: 200 }, (_, step) => strategy.subnetworkAt(step).active.length));
    };
    expect([...sizes("fixedSize")]).toEqual([6]);
    expect(sizes("bernoulli").size).toBeGreaterThan(4);
  });

  test("subnetworks depend on the seed", () => {
    const active = (seed: number): string =>
      Array.from({ length: 20 }, (_, step) => createStrategy(schedule({ seed })).subnetworkAt(step).active).join(";");
    expect(active(1)).not.toBe(active(2));
  });
});

describe("residual scale", () => {
  const subnetworks = (residualScale: string) => {
    const strategy = createStrategy(schedule({ strategy: { kind: "raptr", stages: "6-12", residualScale } }));
    return Array.from({ length: 100 }, (_, step) => strategy.subnetworkAt(step));
  };

  test("none: 1", () => {
    for (const { scale } of subnetworks("none")) expect(scale.every((factor) => factor === 1)).toBe(true);
  });

  test("inverseKeep: 1/p on optional layers, 1 on always-kept ones", () => {
    for (const { active, scale } of subnetworks("inverseKeep")) {
      for (const [position, layer] of active.entries()) {
        expect(scale[position]).toBeCloseTo(layer === 0 || layer === 11 ? 1 : 1 / 0.4, 12);
      }
    }
  });

  test("sqrtBypassed: squares count every layer up to the last active one", () => {
    for (const { active, scale } of subnetworks("sqrtBypassed")) {
      for (const [position, layer] of active.entries()) {
        const bypassed = layer - (active[position - 1] ?? -1) - 1;
        expect(scale[position]).toBeCloseTo(Math.sqrt(1 + bypassed), 12);
      }
      expect(scale.reduce((sum, factor) => sum + factor ** 2, 0)).toBeCloseTo(12, 9);
    }
  });
});

test("always-kept layers: first and last unless given; small models keep what they have", () => {
  expect(keptLayers(undefined, 12)).toEqual([0, 11]);
  expect(keptLayers(undefined, 2)).toEqual([0, 1]);
  expect(keptLayers(undefined, 1)).toEqual([0]);
  expect(keptLayers([7, 2], 12)).toEqual([1, 6]);
  expect(keptLayers([], 12)).toEqual([]);
});

test("the ledger's band: variance (L - |I|) p (1 - p) a step, over the steps done", () => {
  const plan = resolvePlan(schedule());
  const band = layerBand(plan, 1500);
  expect(band.expected).toBe(1000 * 6 + 500 * 8);
  expect(band.deviation).toBeCloseTo(Math.sqrt(1500 * 10 * 0.24), 9);
  expect(band.high - band.low).toBeCloseTo(6 * band.deviation, 9);
  expect(layerBand(plan, 1500, 1).expected).toBe(500 * 8);
  expect(layerBand(plan, 1500, 2)).toEqual({ expected: 0, deviation: 0, low: 0, high: 0 });
  expect(realisedLedger(plan, 0, 0)).toBeNull();
  expect(realisedLedger(plan, 1500, Math.ceil(band.high) + 1)?.withinBand).toBe(false);
  expect(realisedLedger(plan, 1500, 9000)?.speedUp).toBe(2);
});
