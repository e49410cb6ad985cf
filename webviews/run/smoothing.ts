/** The smoothed line beside the raw one: it starts afresh where the data does, so nothing bleeds over a border. */
import type { Rows } from "./rows.ts";

/**
 * Exponential moving average with bias correction (Kingma & Ba 2015, section 3) over `rows.loss`, begun anew at each
 * stage and each launch. Rows that are not finite are NaN and leave the average alone. `decay` in [0, 1).
 */
export function smooth(rows: Rows, decay: number): Float32Array {
  const out = new Float32Array(rows.length);
  let average = 0;
  let weight = 0;
  for (let index = 0; index < rows.length; index++) {
    if (startsAfresh(rows, index)) average = weight = 0;
    const loss = rows.loss[index] ?? NaN;
    if (!Number.isFinite(loss)) {
      out[index] = NaN;
      continue;
    }
    average = decay * average + (1 - decay) * loss;
    weight = decay * weight + (1 - decay);
    out[index] = average / weight;
  }
  return out;
}

/** Whether the row begins a stage or a launch. */
export function startsAfresh(rows: Rows, index: number): boolean {
  return index === 0 || rows.stage[index] !== rows.stage[index - 1] || rows.launch[index] !== rows.launch[index - 1];
}
