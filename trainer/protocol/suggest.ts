/** The known name that a reader most likely meant, by edit distance; null when none is near. */
export function nearestName(written: string, known: readonly string[]): string | null {
  if (written.length > longestName) return null;
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const name of known) {
    const distance = editDistance(written.toLowerCase(), name.toLowerCase());
    const near = distance <= Math.max(1, Math.floor(Math.max(name.length, written.length) / 3));
    if (near && distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** Names longer than this are no slip of the fingers, and comparing them would cost time. */
const longestName = 64;

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost 1 each. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      current.push(cost);
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, b.length);
}

const at = (numbers: readonly number[], index: number): number => numbers[index] as number;
