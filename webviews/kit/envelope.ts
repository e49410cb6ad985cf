/**
 * What a column of pixels has to show of the samples that fall into it: first, last, least, greatest and how many are
 * not numbers. Drawing these draws the raw data exactly: no sample is chosen, none is dropped, a spike of one step in
 * a million keeps its height.
 */

type Numbers = Float32Array | Float64Array;

export interface Envelope {
  readonly columns: number;
  /** Samples per column, those that are not finite included. */
  readonly count: Uint32Array;
  readonly missing: Uint32Array;
  /** Of the finite samples; NaN where a column has none. */
  readonly first: Float32Array;
  readonly last: Float32Array;
  readonly min: Float32Array;
  readonly max: Float32Array;
}

/**
 * Samples [from, to) of rising `xs`; column of x = floor((x - start) * columns / span), those outside 0..columns-1 left out.
 */
export function envelope(
  xs: Float64Array,
  ys: Numbers,
  from: number,
  to: number,
  start: number,
  span: number,
  columns: number,
): Envelope {
  const result: Envelope = {
    columns,
    count: new Uint32Array(columns),
    missing: new Uint32Array(columns),
    first: new Float32Array(columns).fill(NaN),
    last: new Float32Array(columns).fill(NaN),
    min: new Float32Array(columns).fill(NaN),
    max: new Float32Array(columns).fill(NaN),
  };
  const { count, missing, first, last, min, max } = result;
  const perColumn = columns / span;
  for (let index = from; index < to; index++) {
    const column = Math.floor(((xs[index] ?? NaN) - start) * perColumn);
    if (!(column >= 0 && column < columns)) continue;
    count[column] = (count[column] ?? 0) + 1;
    const y = ys[index] ?? NaN;
    if (!Number.isFinite(y)) {
      missing[column] = (missing[column] ?? 0) + 1;
      continue;
    }
    if (Number.isNaN(first[column])) first[column] = y;
    last[column] = y;
    // Written so that a NaN on the right is replaced.
    if (!(y >= (min[column] ?? NaN))) min[column] = y;
    if (!(y <= (max[column] ?? NaN))) max[column] = y;
  }
  return result;
}

/** The first index in [0, length) whose x is at least `value`; `length` when there is none. */
export function lowerBound(xs: Float64Array, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((xs[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
