import { describe, expect, test } from "vitest";
import { fitStepTime, median, realisedSpeedUp } from "../../trainer/node/commandLine/stepTime.ts";

const steps = (...counts: readonly (readonly [layers: number, count: number])[]) =>
  counts.flatMap(([layers, count]) => Array.from({ length: count }, () => ({ layers, milliseconds: 2 + 3 * layers })));

describe("step time", () => {
  test("recovers a and b of t = a + b n", () => {
    const fit = fitStepTime(steps([6, 5], [8, 9], [12, 2]));
    expect(fit?.fixed).toBeCloseTo(2, 10);
    expect(fit?.perLayer).toBeCloseTo(3, 10);
  });

  test("is not moved by a few disturbed steps", () => {
    const disturbed = [...steps([6, 9], [12, 9]), { layers: 6, milliseconds: 900 }, { layers: 12, milliseconds: 500 }];
    expect(fitStepTime(disturbed)?.perLayer).toBeCloseTo(3, 10);
  });

  test("takes everything to be in the layers when only one number of them ran", () => {
    expect(fitStepTime(steps([4, 3]))).toEqual({ fixed: 0, perLayer: 14 / 4 });
    expect(realisedSpeedUp(steps([4, 3]), 4)).toBeCloseTo(1, 10);
  });

  test("compares full-depth steps with those that ran", () => {
    // Means of 20 and 26 ms; full depth takes 38 ms.
    expect(realisedSpeedUp(steps([6, 10], [8, 10]), 12)).toBeCloseTo(38 / 23, 10);
  });

  test("says nothing of no steps", () => {
    expect(fitStepTime([])).toBeNull();
    expect(realisedSpeedUp([], 12)).toBeNull();
  });

  test("median of odd and even counts", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});
