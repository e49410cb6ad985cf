/** The end of the metrics: the last row, and the pace of the last few. Pure. */
import type { MetricColumns } from "../../trainer/protocol/metrics.ts";
import type { LatestRows } from "./summarize.ts";

/** Long enough to even out single steps, short enough to follow a change of stage. */
const paceSteps = 50;

/** `rows`: new rows in the order they were written, at least one. `before`: what was known; its pace decays as new rows come. */
export function latestRows(rows: MetricColumns, before: LatestRows | null): LatestRows {
  const last = rows.length - 1;
  const launch = rows.launch[last] ?? 0;
  const from = Math.max(0, rows.length - paceSteps);
  let [steps, milliseconds, layerFlops] = [0, 0, 0];
  for (let row = from; row <= last; row++) {
    if (rows.launch[row] !== launch) continue;
    steps++;
    milliseconds += rows.stepMilliseconds[row] ?? 0;
    layerFlops += rows.layerFlops[row] ?? 0;
  }
  if (before?.launch === launch && steps < paceSteps) {
    const share = Math.min(1, (paceSteps - steps) / before.pace.steps);
    steps += share * before.pace.steps;
    milliseconds += share * before.pace.milliseconds;
    layerFlops += share * before.pace.layerFlops;
  }
  return {
    launch,
    step: rows.step[last] ?? 0,
    loss: rows.loss[last] ?? NaN,
    tokensPerSecond: tokensPerSecond(rows, from, last),
    time: rows.time[last] ?? 0,
    pace: { steps, milliseconds, layerFlops },
  };
}

/** Mean over the rows: tokens by the time they took. */
function tokensPerSecond(rows: MetricColumns, from: number, last: number): number {
  let [tokens, milliseconds] = [0, 0];
  for (let row = from; row <= last; row++) {
    const took = rows.stepMilliseconds[row] ?? 0;
    milliseconds += took;
    tokens += ((rows.tokensPerSecond[row] ?? 0) * took) / 1000;
  }
  return milliseconds > 0 ? (tokens / milliseconds) * 1000 : 0;
}
