/** Comparing arrays of numbers. */

/** max |a - b|; infinite where the lengths differ or a number is missing on one side. */
export function largestDifference(a: ArrayLike<number> | undefined, b: ArrayLike<number>): number {
  if (a?.length !== b.length) return Infinity;
  let most = 0;
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs((a[i] ?? NaN) - (b[i] ?? NaN));
    if (!(difference <= most)) most = Number.isNaN(difference) ? Infinity : difference;
  }
  return most;
}

/** Names of the results whose bytes are not equal. */
export function unequalBytes(
  a: ReadonlyMap<string, Float32Array>,
  b: ReadonlyMap<string, Float32Array>,
): readonly string[] {
  return [...a].filter(([name, values]) => !sameBytes(values, b.get(name))).map(([name]) => name);
}

function sameBytes(a: Float32Array, b: Float32Array | undefined): boolean {
  if (!b) return false;
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength));
}
