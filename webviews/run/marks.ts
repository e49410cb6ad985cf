/** Steps worth a mark on the curve: spikes against their neighbourhood, and losses that are not numbers. */
import { startsAfresh } from "./smoothing.ts";
import type { Rows } from "./rows.ts";

export interface Spike {
  readonly row: number;
  readonly loss: number;
}

const decay = 0.98;
const settleRows = 50;
const sigmas = 6;

/**
 * Rows whose loss lies more than six standard deviations above the running mean of their stage; the highest of each
 * run of neighbours. A mark to look at, not a test: planned transitions start the statistics afresh.
 */
export function spikes(rows: Rows): readonly Spike[] {
  const found: Spike[] = [];
  let mean = 0;
  let variance = 0;
  let seen = 0;
  for (let row = 0; row < rows.length; row++) {
    const loss = rows.loss[row] ?? NaN;
    if (startsAfresh(rows, row)) seen = 0;
    if (!Number.isFinite(loss)) continue;
    const off = loss - mean;
    if (seen > settleRows && off > sigmas * Math.sqrt(variance)) {
      const last = found.at(-1);
      if (!last || row - last.row > settleRows) found.push({ row, loss });
      else if (loss > last.loss) found[found.length - 1] = { row, loss };
      continue;
    }
    // Weights as in a plain mean at first, so that the first rows of a stage do not dominate.
    const weight = Math.max(1 - decay, 1 / (seen + 1));
    mean = seen === 0 ? loss : mean + weight * off;
    variance = seen === 0 ? 0 : (1 - weight) * (variance + weight * off * off);
    seen++;
  }
  return found;
}

export function notFinite(rows: Rows): readonly number[] {
  const found: number[] = [];
  for (let row = 0; row < rows.length; row++) if (!Number.isFinite(rows.loss[row])) found.push(row);
  return found;
}
