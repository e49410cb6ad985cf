/** When rows reach the file: soon after their step, and many to an Arrow batch. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { tableFromIPC } from "@uwdata/flechette";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { metricReader } from "../../trainer/formats/metricReader.ts";
import { MetricLog } from "../../trainer/node/run/metricLog.ts";
import type { MetricRow } from "../../trainer/protocol/metrics.ts";
import { metricsDirectory, metricsFile } from "../../trainer/protocol/runDirectory.ts";

const row = (step: number): MetricRow => ({
  ...{ step, tokens: 64 * step, loss: 3, gradientNorm: 1, learningRate: 1e-3, stage: 0 },
  ...{ activeLayers: Uint8Array.of(0xf), layerFlops: 1e6, stepMilliseconds: 10, tokensPerSecond: 6400, time: step },
});

let run: string;
let log: MetricLog;
const file = () => readFileSync(path.join(run, metricsFile(1)));
const steps = (): number[] => [...metricReader(1).push(file()).columns.step];

beforeEach(() => {
  vi.useFakeTimers();
  run = mkdtempSync(path.join(tmpdir(), "raptr-metrics-"));
  mkdirSync(path.join(run, metricsDirectory));
  log = new MetricLog(run, 1, 4);
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(run, { recursive: true, force: true });
});

test("every row is in the file 250 ms after its step, and those of one while are one batch", () => {
  const written = 40;
  for (let step = 0; step < written; step++) {
    log.metric(row(step));
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(240);
  expect(steps()).toEqual(Array.from({ length: written }, (_, step) => step));
  log.end();
  const batches = tableFromIPC(file()).getChild("step").data.length;
  expect(batches).toBeGreaterThan(1);
  expect(batches).toBeLessThanOrEqual(written / 10);
});

test("a row alone does not wait for others", () => {
  log.metric(row(0));
  vi.advanceTimersByTime(250);
  expect(steps()).toEqual([0]);
  log.end();
});

test("many rows in no time are written without waiting, and a flush writes the rest", async () => {
  for (let step = 0; step < 1500; step++) log.metric(row(step));
  expect(steps()).toHaveLength(1024);
  vi.useRealTimers();
  await log.flush();
  expect(steps()).toHaveLength(1500);
  log.end();
});
