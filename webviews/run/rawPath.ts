/** The raw curve as a path in device pixels: every sample where there is room, else each column's first, min, max, last. */
import { envelope, lowerBound } from "../kit/envelope.ts";

export interface PlotArea {
  readonly left: number;
  readonly width: number;
  /** Values at the left and right edge. */
  readonly min: number;
  readonly max: number;
  y(value: number): number;
}

/** Samples that are not drawable (not finite; not positive on a log axis) break the line. */
export function rawPath(xs: Float64Array, ys: Float32Array, area: PlotArea): Path2D {
  const path = new Path2D();
  const span = area.max - area.min;
  const from = lowerBound(xs, xs.length, area.min);
  const to = lowerBound(xs, xs.length, area.max);
  const x = (value: number): number => area.left + ((value - area.min) / span) * area.width;
  let pen = false;
  const visit = (atX: number, value: number): void => {
    const y = area.y(value);
    if (!Number.isFinite(y)) {
      pen = false;
    } else if (pen) {
      path.lineTo(atX, y);
    } else {
      path.moveTo(atX, y);
      pen = true;
    }
  };
  const sample = (index: number): void => visit(x(xs[index] ?? NaN), ys[index] ?? NaN);
  // One sample beyond either edge, so that the line runs out of the picture instead of ending in it.
  if (from > 0) sample(from - 1);
  if (to - from <= 2 * area.width) {
    for (let index = from; index < to; index++) sample(index);
  } else {
    const columns = Math.round(area.width);
    const { count, missing, first, last, min, max } = envelope(xs, ys, from, to, area.min, span, columns);
    for (let column = 0; column < columns; column++) {
      if (!count[column]) continue;
      const centre = area.left + column + 0.5;
      if (missing[column]) pen = false;
      for (const value of [first[column], min[column], max[column], last[column]]) visit(centre, value ?? NaN);
      if (missing[column]) pen = false;
    }
  }
  if (to < xs.length) sample(to);
  return path;
}
