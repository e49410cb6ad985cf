/** Parity as the project defines it: per tensor max|a - b| <= 1e-4 * max(max|b|, 1e-3 * largest gradient of the model). */

export type Tensors = ReadonlyMap<string, Float32Array>;

export const tolerance = 1e-4;
const floorShare = 1e-3;

export interface Deviation {
  readonly tensor: string;
  /** max|a - b| / max(max|b|, 1e-3 * largest): to be at most `tolerance`. */
  readonly relative: number;
}

/** The worst tensor of `expected`. Missing tensors, other lengths and numbers that are not finite count as infinite. */
export function worstDeviation(actual: Tensors, expected: Tensors, largest = largestMagnitude(expected)): Deviation {
  let worst: Deviation = { tensor: "", relative: 0 };
  for (const [tensor, values] of expected) {
    const relative = deviation(actual.get(tensor), values, floorShare * largest);
    if (relative >= worst.relative) worst = { tensor, relative };
  }
  return worst;
}

export const largestMagnitude = (tensors: Tensors): number => Math.max(...[...tensors.values()].map(magnitude));

function deviation(actual: Float32Array | undefined, expected: Float32Array, floor: number): number {
  if (actual?.length !== expected.length) return Infinity;
  let difference = 0;
  for (const [i, value] of expected.entries()) {
    const apart = Math.abs(actual[i]! - value);
    if (!(apart <= difference)) difference = apart;
  }
  return Number.isNaN(difference) ? Infinity : difference / Math.max(magnitude(expected), floor);
}

const magnitude = (values: Float32Array): number =>
  values.reduce((most: number, value) => Math.max(most, Math.abs(value)), 0);
