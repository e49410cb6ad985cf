/**
 * What logging costs: one row a step, gathered and written as the trainer does, in processor time of the training
 * thread, against the step's time.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { MetricLog } from "../../trainer/node/run/metricLog.ts";
import { metricsDirectory } from "../../trainer/protocol/runDirectory.ts";
import { report } from "./figures.ts";

const goal = 0.001;
const batches = 400;
/** Steps of the quickstart example on two cores. */
const stepMilliseconds = 40;
/** The log gathers rows for 200 ms. */
const rowsPerBatch = 200 / stepMilliseconds;

export function benchMetricsOverhead(): void {
  const run = mkdtempSync(path.join(tmpdir(), "raptr-bench-"));
  mkdirSync(path.join(run, metricsDirectory));
  const log = new MetricLog(run, 1, 12);
  writeBatches(log, 50);
  const before = process.threadCpuUsage();
  writeBatches(log, batches);
  const { user, system } = process.threadCpuUsage(before);
  const perStep = (user + system) / 1000 / (batches * rowsPerBatch);
  log.end();
  rmSync(run, { recursive: true, force: true });
  const share = perStep / stepMilliseconds;
  report(
    "metrics overhead",
    `${(1000 * perStep).toFixed(1)} us a step, ${(100 * share).toFixed(3)} % of a step of ${stepMilliseconds} ms`,
    { goal: `at most ${100 * goal} %`, met: share <= goal },
  );
}

function writeBatches(log: MetricLog, count: number): void {
  for (let batch = 0; batch < count; batch++) {
    for (let row = 0; row < rowsPerBatch; row++) log.metric(metricRow(batch * rowsPerBatch + row));
    log.writePending();
  }
}

const metricRow = (step: number) => ({
  ...{ step, tokens: 512 * step, loss: 2.5, gradientNorm: 1.2, learningRate: 1e-3, stage: 1 },
  ...{ activeLayers: Uint8Array.of(0xff, 0x0f), layerFlops: 1e9, stepMilliseconds: 40 },
  ...{ tokensPerSecond: 12_800, time: 1_700_000_000_000 + step },
});
