/**
 * What a step costs by its active layers, t = a + b n, and what training subnetworks saved over full depth. Pure.
 *
 * Stages follow one another in time, as other work on the machine comes and goes: a line through a whole run takes a
 * machine that got slower for the price of layers, and so does the time of full-depth steps, which are the last stage's
 * only. Within a stage the layers are drawn anew each step, whatever the machine does. So b comes from inside the stages,
 * each at the machine's speed of its time, and a from the time that all steps really took.
 */
import { sum } from "../../plan/sum.ts";

export interface TimedStep {
  readonly stage: number;
  readonly layers: number;
  readonly milliseconds: number;
}

export interface StepTimeFit {
  /** Milliseconds of a step without any layer: a. */
  readonly fixed: number;
  /** Milliseconds per active layer: b, the mean over all layers that were left out of a network with all of them. */
  readonly perLayer: number;
}

/**
 * The line that gives the steps' mean time at their mean layers, and at `fullLayers` the mean time that full depth would
 * have taken. A stage whose steps all ran one number of layers takes its b from the whole run. Null without steps, and
 * where all steps ran one number of layers that is not all: then nothing is known of full depth.
 */
export function fitStepTime(steps: readonly TimedStep[], fullLayers: number): StepTimeFit | null {
  if (steps.length === 0) return null;
  const meanLayers = sum(steps.map(({ layers }) => layers)) / steps.length;
  const meanTime = sum(steps.map(({ milliseconds }) => milliseconds)) / steps.length;
  const whole = slope(steps);
  if (whole === null) return meanLayers === fullLayers ? { fixed: 0, perLayer: meanTime / meanLayers } : null;
  let missing = 0;
  let saved = 0;
  for (const own of groups(steps, ({ stage }) => stage).values()) {
    const left = sum(own.map(({ layers }) => fullLayers - layers));
    missing += left;
    saved += left * (slope(own) ?? whole);
  }
  const perLayer = saved / missing;
  return { fixed: meanTime - perLayer * meanLayers, perLayer };
}

/** Time that full-depth steps would have taken over the time that these steps took; null where it is not known. */
export function realisedSpeedUp(steps: readonly TimedStep[], fullLayers: number): number | null {
  const fit = fitStepTime(steps, fullLayers);
  if (fit === null) return null;
  const full = fit.fixed + fit.perLayer * fullLayers;
  return (full * steps.length) / sum(steps.map((step) => step.milliseconds));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN, sorted[middle] ?? NaN];
  return (low + high) / 2;
}

/**
 * Milliseconds per layer: weighted least squares over the median time of each number of active layers, which a few
 * disturbed steps do not move. Null with a single number of layers.
 */
function slope(steps: readonly TimedStep[]): number | null {
  const points = [...groups(steps, ({ layers }) => layers)].map(([layers, group]) => ({
    layers,
    weight: group.length,
    milliseconds: median(group.map(({ milliseconds }) => milliseconds)),
  }));
  if (points.length < 2) return null;
  const meanLayers = sum(points.map((point) => point.weight * point.layers)) / steps.length;
  const meanTime = sum(points.map((point) => point.weight * point.milliseconds)) / steps.length;
  return (
    sum(points.map((point) => point.weight * (point.layers - meanLayers) * (point.milliseconds - meanTime))) /
    sum(points.map((point) => point.weight * (point.layers - meanLayers) ** 2))
  );
}

function groups(steps: readonly TimedStep[], key: (step: TimedStep) => number): ReadonlyMap<number, TimedStep[]> {
  const found = new Map<number, TimedStep[]>();
  for (const step of steps) {
    const group = found.get(key(step));
    if (group === undefined) found.set(key(step), [step]);
    else group.push(step);
  }
  return found;
}
