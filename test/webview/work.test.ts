import { expect, test } from "vitest";
import { createAxis, axisKinds, axisTicks } from "../../webviews/run/axis.ts";
import { tokensPerSecond } from "../../webviews/run/figures.ts";
import { createRecording } from "../../webviews/run/dev/recording.ts";
import { parseIncoming } from "../../webviews/run/incoming.ts";
import { hydrated, type RunState } from "../../webviews/run/state.ts";
import { expectedCoverage, expectedLayers, fitStepTime, secondsLeft, speedUpSoFar } from "../../webviews/run/work.ts";
import { hydrateMessage } from "./support/messages.ts";

const recording = createRecording({ steps: 4000 });

function stateAt(done: number): RunState {
  const parsed = parseIncoming(hydrateMessage(recording, done));
  if (parsed?.type !== "hydrate") throw new Error("not a hydrate");
  return hydrated(parsed);
}

test("step time a + b * layers is found exactly where it is exact", () => {
  const state = stateAt(1500);
  for (let row = 0; row < state.rows.length; row++) {
    state.rows.stepMilliseconds[row] = 4 + 8 * (state.rows.activeCount[row] ?? 0);
  }
  const fit = fitStepTime(state.rows);
  expect(fit?.a).toBeCloseTo(4, 6);
  expect(fit?.b).toBeCloseTo(8, 6);
});

test("with steps of one size only there is no slope, and no speed-up is claimed before full depth was seen", () => {
  const state = stateAt(50);
  state.rows.activeCount.fill(6);
  const fit = fitStepTime(state.rows);
  expect(fit?.b).toBeNull();
  expect(speedUpSoFar(state, fit)?.realised).toBeNull();
});

test("a machine that got slower is not taken for the price of layers", () => {
  const state = stateAt(2000);
  const { rows, plan } = state;
  let [full, took] = [0, 0];
  for (let row = 0; row < rows.length; row++) {
    const speed = rows.stage[row] === 0 ? 1 : 2;
    const milliseconds = speed * (4 + 8 * (rows.activeCount[row] ?? 0));
    rows.stepMilliseconds[row] = milliseconds;
    full += speed * (4 + 8 * plan.layers);
    took += milliseconds;
  }
  const { stepMilliseconds, secondsBefore } = rows;
  for (let row = 1; row < rows.length; row++)
    secondsBefore[row] = (secondsBefore[row - 1] ?? 0) + (stepMilliseconds[row - 1] ?? 0) / 1000;
  expect(speedUpSoFar(state, fitStepTime(rows))?.realised).toBeCloseTo(full / took, 6);
});

test("a slow first step gives no layer a time below nothing, hence no time left that is too short", () => {
  const state = stateAt(2);
  state.rows.activeCount.set([5, 7]);
  state.rows.stepMilliseconds.set([1000, 100]);
  const fit = fitStepTime(state.rows);
  expect(fit).toEqual({ a: 550, b: 0 });
  expect(speedUpSoFar(state, fit)?.realised).toBeNull();
  expect(secondsLeft(state, fit)).toBeCloseTo(3998 * 0.55, 6);
});

test("tokens a second are those of the time, not a mean of rates", () => {
  const state = stateAt(2);
  state.rows.stepMilliseconds.set([50, 100]);
  state.rows.tokensPerSecond.set([2000, 1000]);
  expect(tokensPerSecond(state.rows)).toBeCloseTo(200 / 0.15, 6);
});

test("planned layers, coverage and speed-up follow the plan's arithmetic", () => {
  const { plan } = stateAt(0);
  expect(expectedLayers(plan, 1000).mean).toBeCloseTo(6, 9);
  expect(expectedLayers(plan, 4000).mean).toBeCloseTo(9, 9);
  // Bernoulli: ten optional layers with p = 0.4.
  expect(expectedLayers(plan, 1000).sigma).toBeCloseTo(Math.sqrt((10 * 0.4 * 0.6) / 1000), 9);
  expect(expectedCoverage(plan, 0, 4000)).toEqual({ mean: 1, sigma: 0 });
  expect(expectedCoverage(plan, 5, 2000).mean).toBeCloseTo(0.5, 9);
  expect(speedUpSoFar(stateAt(4000), null)?.planned).toBeCloseTo(plan.layerFlops.speedUp, 9);
});

test("the real sampler stays within four standard deviations of what the view expects", () => {
  const { plan, rows } = stateAt(4000);
  const active = rows.activity(0, 4000);
  for (let layer = 0; layer < 12; layer++) {
    const { mean, sigma } = expectedCoverage(plan, layer, 4000);
    expect(Math.abs((active[layer] ?? 0) / 4000 - mean)).toBeLessThanOrEqual(4 * sigma);
  }
});

test("time left is what the remaining stages take by the fit, at the present pace", () => {
  const state = stateAt(2000);
  for (let row = 0; row < state.rows.length; row++) {
    state.rows.stepMilliseconds[row] = 10 * (state.rows.activeCount[row] ?? 0);
  }
  const evaluating = (4000 / 100 - 2000 / 100) * 0.9;
  const left = secondsLeft(state, fitStepTime(state.rows));
  expect(left).toBeCloseTo((1000 * 100 + 1000 * 120) / 1000 + evaluating, 3);
});

test("every axis maps steps to places and back, over recorded and planned steps, without a jump at now", () => {
  for (const done of [0, 1, 777, 4000]) {
    const state = stateAt(done);
    const fit = fitStepTime(state.rows);
    for (const kind of axisKinds) {
      const axis = createAxis(kind, state, fit);
      let last = -Infinity;
      for (const step of [0, 0.25, 1, 1.5, 400, 776.9, 777, 777.1, 1000, 2500.5, 4000]) {
        const value = axis.at(step);
        expect(value).toBeGreaterThan(last);
        last = value;
        expect(axis.stepAt(value)).toBeCloseTo(step, 4);
      }
      expect(axis.at(0)).toBe(0);
    }
    expect(createAxis("tokens", state, fit).at(10)).toBe(10 * state.plan.tokensPerStep);
    expect(createAxis("flops", state, fit).at(done)).toBeCloseTo(state.rows.flops, 3);
    if (done > 1) expect(createAxis("seconds", state, fit).at(done)).toBeCloseTo(state.rows.seconds, 6);
  }
});

test("ticks are round, rising and inside", () => {
  expect(axisTicks("step", 0, 20_000, 1024, 110).map((tick) => tick.label.replaceAll("\u00a0", " "))).toEqual([
    "0",
    "2 500",
    "5 000",
    "7 500",
    "10 000",
    "12 500",
    "15 000",
    "17 500",
    "20 000",
  ]);
  expect(axisTicks("seconds", 0, 7200, 1024, 110).map((tick) => tick.label.replaceAll("\u00a0", " "))[1]).toBe(
    "15 min",
  );
  expect(axisTicks("step", 3.2, 7.9, 1024, 110).map((tick) => tick.value)).toEqual([4, 5, 6, 7]);
});
