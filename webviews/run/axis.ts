/**
 * The horizontal axis: steps, tokens, layer FLOPs or training time. Everything in the view stands at a number of
 * completed steps; an axis says where that is. Recorded steps are exact; later ones follow the plan.
 *
 * Convention: a metric row with step s describes the update from s to s + 1 and its loss stands at s, before it;
 * an evaluation or checkpoint at N stands at N.
 */
import { lowerBound } from "../kit/envelope.ts";
import { compactTick, count, duration } from "../kit/format.ts";
import { niceSeconds, niceStep, ticks } from "../kit/scale.ts";
import { stepTime, type StepTimeFit } from "./work.ts";
import type { RunState } from "./state.ts";

export const axisKinds = ["step", "tokens", "flops", "seconds"] as const;
export type AxisKind = (typeof axisKinds)[number];

export interface Axis {
  readonly kind: AxisKind;
  /** Position of each recorded row. */
  readonly xs: Float64Array;
  /** Position after `step` completed steps, fractions allowed. */
  at(step: number): number;
  /** The inverse, up to rounding. */
  stepAt(value: number): number;
}

/** Places on the axis that are known: at `steps[i]` completed steps stands `values[i]`; straight lines between. */
interface Knots {
  readonly steps: Float64Array;
  readonly values: Float64Array;
}

/** `fit` says how long planned steps will take. */
export function createAxis(kind: AxisKind, state: RunState, fit: StepTimeFit | null): Axis {
  const { rows, plan } = state;
  switch (kind) {
    case "step":
      return { kind, xs: rows.step.subarray(0, rows.length), at: (step) => step, stepAt: (value) => value };
    case "tokens": {
      const rate = Math.max(1, plan.tokensPerStep);
      const xs = rows.tokensBefore.subarray(0, rows.length);
      return { kind, xs, at: (step) => step * rate, stepAt: (value) => value / rate };
    }
    case "flops":
      return measured(kind, state, rows.flopsBefore, rows.flops, (layers) => layers * plan.layerFlopsPerStep);
    case "seconds": {
      // Before the first rows a step counts as one second; the axis shows no labels then.
      const rate = (layers: number): number => (fit ? Math.max(1e-6, stepTime(fit, layers) / 1000) : 1);
      return measured(kind, state, rows.secondsBefore, rows.seconds, rate);
    }
    default:
      return kind satisfies never;
  }
}

/** An axis on running sums: the rows' own up to now, then the stages' rates. */
function measured(
  kind: AxisKind,
  { rows, plan }: RunState,
  sums: Float64Array,
  end: number,
  rate: (layers: number) => number,
): Axis {
  const xs = sums.subarray(0, rows.length);
  const recorded = { steps: rows.step.subarray(0, rows.length), values: xs };
  const future = futureKnots(plan.stages, rows.completed, end, rate);
  const first = rows.step[0] ?? 0;
  return {
    kind,
    xs,
    at(step) {
      if (step >= rows.completed) return interpolate(future.steps, future.values, future.steps.length, step);
      if (step < first) return 0;
      return between(recorded, rows.completed, end, step);
    },
    stepAt(value) {
      if (value >= end) return interpolate(future.values, future.steps, future.values.length, value);
      return between({ steps: recorded.values, values: recorded.steps }, end, rows.completed, value);
    },
  };
}

function futureKnots(
  stages: RunState["plan"]["stages"],
  done: number,
  end: number,
  rate: (layers: number) => number,
): Knots {
  const steps = [done];
  const values = [end];
  for (const stage of stages) {
    const left = stage.lastStep + 1 - Math.max(done, stage.firstStep);
    if (left <= 0) continue;
    steps.push(stage.lastStep + 1);
    values.push((values.at(-1) ?? 0) + left * rate(stage.meanLayers));
  }
  return { steps: Float64Array.from(steps), values: Float64Array.from(values) };
}

/** Among recorded knots, the last of which runs up to (endStep, endValue). */
function between({ steps, values }: Knots, endStep: number, endValue: number, at: number): number {
  const length = steps.length;
  let index = lowerBound(steps, length, at);
  if (steps[index] === at) return values[index] ?? 0;
  index = Math.max(0, index - 1);
  const from = steps[index] ?? 0;
  const to = index + 1 < length ? (steps[index + 1] ?? from) : endStep;
  const low = values[index] ?? 0;
  const high = index + 1 < length ? (values[index + 1] ?? low) : endValue;
  return to > from ? low + ((high - low) * (at - from)) / (to - from) : low;
}

function interpolate(xs: Float64Array, ys: Float64Array, length: number, x: number): number {
  if (length < 2) return (ys[0] ?? 0) + (x - (xs[0] ?? 0));
  const index = Math.min(length - 2, Math.max(0, lowerBound(xs, length, x) - 1));
  const from = xs[index] ?? 0;
  const to = xs[index + 1] ?? from + 1;
  const low = ys[index] ?? 0;
  return low + (((ys[index + 1] ?? low) - low) * (x - from)) / (to - from);
}

export const axisNames: Readonly<Record<AxisKind, string>> = {
  step: "step",
  tokens: "tokens",
  flops: "layer FLOPs",
  seconds: "time",
};

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Round positions in [min, max], at least `spacing` pixels apart on `width` pixels. */
export function axisTicks(kind: AxisKind, min: number, max: number, width: number, spacing: number): readonly Tick[] {
  const rough = (max - min) / Math.max(1, width / spacing);
  if (kind === "seconds") {
    return ticks(min, max, niceSeconds(rough)).map((value) => ({ value, label: value === 0 ? "0" : duration(value) }));
  }
  const step = niceStep(rough, kind !== "flops");
  const label = kind === "step" ? count : compactTick;
  return ticks(min, max, step).map((value) => ({ value, label: label(value) }));
}
