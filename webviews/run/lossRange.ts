/** The vertical axis of the loss plot: everything in view fits, a spike too. */
import { lowerBound } from "../kit/envelope.ts";
import { niceStep, ticks } from "../kit/scale.ts";
import { shownSteps } from "./viewport.ts";
import type { Frame } from "./frame.ts";

export interface LossRange {
  readonly min: number;
  readonly max: number;
}

/** Least and greatest finite loss in view, raw and evaluated, with a little room; null when there is none. */
export function lossRange({ state, viewport }: Frame): LossRange | null {
  const { rows, evaluations } = state;
  const [from, to] = shownSteps(viewport, state);
  const log = viewport.y === "log";
  const least = log ? Number.MIN_VALUE : -Number.MAX_VALUE;
  let min = Infinity;
  let max = -Infinity;
  const end = lowerBound(rows.step, rows.length, to);
  for (let row = rows.indexOf(Math.max(0, from)); row < end; row++) {
    const loss = rows.loss[row] ?? NaN;
    // Neither NaN nor an infinity passes, and on a log axis nothing below zero.
    if (loss >= least && loss < min) min = loss;
    if (loss <= Number.MAX_VALUE && loss >= least && loss > max) max = loss;
  }
  for (const { step, loss } of evaluations) {
    if (step < from || step > to || !Number.isFinite(loss) || loss < least) continue;
    min = Math.min(min, loss);
    max = Math.max(max, loss);
  }
  if (!(max >= min)) return null;
  if (log) {
    const room = Math.max((max / min) ** 0.04, 1.002);
    return { min: min / room, max: max * room };
  }
  const room = Math.max((max - min) * 0.05, Math.abs(max) * 0.002, 1e-6);
  return { min: min - room, max: max + room };
}

/** Round losses for the axis' labels, about `space` pixels apart, the same rule for linear and narrow log ranges. */
export function lossTicks({ min, max }: LossRange, log: boolean, height: number, space: number): readonly number[] {
  if (log && max / min > 12) {
    const values: number[] = [];
    for (let power = Math.floor(Math.log10(min)); 10 ** power <= max; power++) {
      for (const factor of [1, 2, 5]) {
        const value = factor * 10 ** power;
        if (value >= min && value <= max) values.push(value);
      }
    }
    return values;
  }
  return ticks(min, max, niceStep((max - min) / Math.max(2, height / space), false));
}

/** As many decimals as tell neighbouring ticks apart, at least one. */
export function tickDecimals(values: readonly number[]): number {
  const gaps = values.slice(1).map((value, index) => value - (values[index] ?? 0));
  const least = Math.min(...gaps, 1);
  for (let decimals = 1; decimals < 6; decimals++) {
    if (Math.abs(least * 10 ** decimals - Math.round(least * 10 ** decimals)) < 1e-6) return decimals;
  }
  return 6;
}
