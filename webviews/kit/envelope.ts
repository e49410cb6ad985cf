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
  const perColumn = columns / span;
  const columnOf = (index: number): number => Math.floor(((xs[index] ?? NaN) - start) * perColumn);
  let begin = firstIndex(from, to, (index) => columnOf(index) >= 0);
  for (let column = 0; column < columns && begin < to; column++) {
    const end = firstIndex(begin, to, (index) => columnOf(index) > column);
    if (end > begin) summarize(result, column, ys, begin, end);
    begin = end;
  }
  return result;
}

function summarize(into: Envelope, column: number, ys: Numbers, begin: number, end: number): void {
  let min = Infinity;
  let max = -Infinity;
  let first = NaN;
  let last = NaN;
  let missing = 0;
  for (let index = begin; index < end; index++) {
    const y = ys[index] ?? NaN;
    // False for NaN and for both infinities.
    if (y - y === 0) {
      if (y < min) min = y;
      if (y > max) max = y;
      if (first !== first) first = y;
      last = y;
    } else {
      missing++;
    }
  }
  into.count[column] = end - begin;
  into.missing[column] = missing;
  if (min > max) return;
  into.first[column] = first;
  into.last[column] = last;
  into.min[column] = min;
  into.max[column] = max;
}

/** The first index in [from, to) for which `reached` holds, where it holds for all after; `to` when for none. */
function firstIndex(from: number, to: number, reached: (index: number) => boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (reached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first index in [0, length) whose x is at least `value`; `length` when there is none. */
export const lowerBound = (xs: Float64Array, length: number, value: number): number =>
  firstIndex(0, length, (index) => (xs[index] ?? Infinity) >= value);
