/** Columns as they come over the wire: the right typed arrays, each long enough for the rows promised, or null. */
import { fields, natural } from "../kit/check.ts";
import type { EvaluationColumns, MetricColumns } from "../../trainer/protocol/metrics.ts";

const f64 = (value: unknown, length: number): Float64Array | null =>
  value instanceof Float64Array && value.length >= length ? value : null;
const f32 = (value: unknown, length: number): Float32Array | null =>
  value instanceof Float32Array && value.length >= length ? value : null;
const u16 = (value: unknown, length: number): Uint16Array | null =>
  value instanceof Uint16Array && value.length >= length ? value : null;

export function metricColumns(value: unknown): MetricColumns | null {
  const read = fields(value);
  const length = natural(read?.["length"]);
  const bytesPerRow = natural(read?.["bytesPerRow"]);
  if (!read || length === null || bytesPerRow === null) return null;
  const active = read["activeLayers"];
  const activeLayers = active instanceof Uint8Array && active.length >= length * bytesPerRow ? active : null;
  const step = f64(read["step"], length);
  const tokens = f64(read["tokens"], length);
  const loss = f32(read["loss"], length);
  const gradientNorm = f32(read["gradientNorm"], length);
  const learningRate = f64(read["learningRate"], length);
  const stage = u16(read["stage"], length);
  const layerFlops = f64(read["layerFlops"], length);
  const stepMilliseconds = f32(read["stepMilliseconds"], length);
  const tokensPerSecond = f32(read["tokensPerSecond"], length);
  const time = f64(read["time"], length);
  const launch = u16(read["launch"], length);
  if (!step || !tokens || !loss || !gradientNorm || !learningRate || !stage || !activeLayers) return null;
  if (!layerFlops || !stepMilliseconds || !tokensPerSecond || !time || !launch) return null;
  return {
    length,
    step,
    tokens,
    loss,
    gradientNorm,
    learningRate,
    stage,
    activeLayers,
    bytesPerRow,
    layerFlops,
    stepMilliseconds,
    tokensPerSecond,
    time,
    launch,
  };
}

export function evaluationColumns(value: unknown): EvaluationColumns | null {
  const read = fields(value);
  const length = natural(read?.["length"]);
  if (!read || length === null) return null;
  const step = f64(read["step"], length);
  const tokens = f64(read["tokens"], length);
  const loss = f32(read["loss"], length);
  const milliseconds = f32(read["milliseconds"], length);
  const time = f64(read["time"], length);
  const launch = u16(read["launch"], length);
  if (!step || !tokens || !loss || !milliseconds || !time || !launch) return null;
  return { length, step, tokens, loss, milliseconds, time, launch };
}
