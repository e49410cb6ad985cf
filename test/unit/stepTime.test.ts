import { describe, expect, test } from "vitest";
import { fitStepTime, median, realisedSpeedUp, type TimedStep } from "../../trainer/node/commandLine/stepTime.ts";

type Counts = readonly (readonly [layers: number, count: number])[];

/** Steps of 2 ms and 3 ms per layer, on a machine that is `slowness` times as slow. */
const stageOf = (stage: number, slowness: number, counts: Counts): readonly TimedStep[] =>
  counts.flatMap(([layers, count]) =>
    Array.from({ length: count }, () => ({ stage, layers, milliseconds: slowness * (2 + 3 * layers) })),
  );
const steps = (...counts: Counts) => stageOf(0, 1, counts);
const meanTime = (timed: readonly TimedStep[]): number =>
  timed.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / timed.length;

describe("step time", () => {
  test("recovers a and b of t = a + b n", () => {
    const fit = fitStepTime(steps([6, 5], [8, 9], [12, 2]), 12);
    expect(fit?.fixed).toBeCloseTo(2, 10);
    expect(fit?.perLayer).toBeCloseTo(3, 10);
  });

  test("per layer is not moved by a few disturbed steps", () => {
    const disturbed = [
      ...steps([6, 9], [12, 9]),
      ...[
        { layers: 6, milliseconds: 900 },
        { layers: 12, milliseconds: 500 },
      ].map((step) => ({ stage: 0, ...step })),
    ];
    expect(fitStepTime(disturbed, 12)?.perLayer).toBeCloseTo(3, 10);
  });

  test("steps of full depth took what full depth takes, disturbed or not", () => {
    const full = [...steps([4, 3]), { stage: 0, layers: 4, milliseconds: 900 }];
    expect(fitStepTime(full, 4)).toEqual({ fixed: 0, perLayer: meanTime(full) / 4 });
    expect(realisedSpeedUp(full, 4)).toBeCloseTo(1, 10);
  });

  test("knows nothing of full depth where every step ran the same smaller number of layers", () => {
    expect(fitStepTime(steps([4, 3]), 12)).toBeNull();
    expect(realisedSpeedUp(steps([4, 3]), 12)).toBeNull();
  });

  test("compares full-depth steps with those that ran", () => {
    // Means of 20 and 26 ms; full depth takes 38 ms.
    expect(realisedSpeedUp(steps([6, 10], [8, 10]), 12)).toBeCloseTo(38 / 23, 10);
  });

  test.each([
    ["slower", [1, 2, 3]],
    ["faster", [3, 2, 1]],
  ] as const)("does not take a machine that gets %s over time for the price of layers", (_, [first, second, third]) => {
    const drifting = [
      ...stageOf(0, first, [
        [5, 20],
        [7, 20],
      ]),
      ...stageOf(1, second, [
        [8, 20],
        [10, 20],
      ]),
      ...stageOf(2, third, [[12, 40]]),
    ];
    // What 40 full-depth steps would have taken in each stage: 38 ms at that stage's speed.
    const full = (38 * (first + second + third)) / 3;
    expect(realisedSpeedUp(drifting, 12)).toBeCloseTo(full / meanTime(drifting), 10);
    const fit = fitStepTime(drifting, 12);
    expect((fit?.fixed ?? NaN) + 12 * (fit?.perLayer ?? NaN)).toBeCloseTo(full, 10);
  });

  test("stages of one number of layers each are held against one another", () => {
    const sizes = [...stageOf(0, 1, [[6, 10]]), ...stageOf(1, 1, [[8, 10]])];
    expect(realisedSpeedUp(sizes, 12)).toBeCloseTo(38 / 23, 10);
  });

  test("says nothing of no steps", () => {
    expect(fitStepTime([], 12)).toBeNull();
    expect(realisedSpeedUp([], 12)).toBeNull();
  });

  test("median of odd and even counts", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});
