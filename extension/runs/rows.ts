/** Copies of rows that can be posted: a view of a growing table would take the table's whole memory along. */
import type { EvaluationColumns, MetricColumns } from "../../trainer/protocol/metrics.ts";

/** Rows from..end. */
export function metricRowsFrom(rows: MetricColumns, from: number): MetricColumns {
  return {
    length: rows.length - from,
    step: rows.step.slice(from),
    tokens: rows.tokens.slice(from),
    loss: rows.loss.slice(from),
    gradientNorm: rows.gradientNorm.slice(from),
    learningRate: rows.learningRate.slice(from),
    stage: rows.stage.slice(from),
    activeLayers: rows.activeLayers.slice(from * rows.bytesPerRow),
    bytesPerRow: rows.bytesPerRow,
    layerFlops: rows.layerFlops.slice(from),
    stepMilliseconds: rows.stepMilliseconds.slice(from),
    tokensPerSecond: rows.tokensPerSecond.slice(from),
    time: rows.time.slice(from),
    launch: rows.launch.slice(from),
  };
}

/** Rows from..end. */
export function evaluationRowsFrom(rows: EvaluationColumns, from: number): EvaluationColumns {
  return {
    length: rows.length - from,
    step: rows.step.slice(from),
    tokens: rows.tokens.slice(from),
    loss: rows.loss.slice(from),
    milliseconds: rows.milliseconds.slice(from),
    time: rows.time.slice(from),
    launch: rows.launch.slice(from),
  };
}
