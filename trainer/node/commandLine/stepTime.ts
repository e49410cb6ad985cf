/** What a step costs by its active layers: t = a + b n, and what training subnetworks saved over full depth. Pure. */

export interface TimedStep {
  readonly layers: number;
  readonly milliseconds: number;
}

export interface StepTimeFit {
  /** Milliseconds of a step without any layer: a. */
  readonly fixed: number;
  /** Milliseconds per active layer: b. */
  readonly perLayer: number;
}

/**
 * Weighted least squares over the median time of each number of active layers, which a few disturbed steps do not move.
 * With a single number of layers everything is taken to be in them. Null without steps.
 */
export function fitStepTime(steps: readonly TimedStep[]): StepTimeFit | null {
  const times = new Map<number, number[]>();
  for (const { layers, milliseconds } of steps) {
    const group = times.get(layers);
    if (group === undefined) times.set(layers, [milliseconds]);
    else group.push(milliseconds);
  }
  const points = [...times].map(([layers, group]) => ({
    layers,
    weight: group.length,
    milliseconds: median(group),
  }));
  const [first] = points;
  if (first === undefined) return null;
  if (points.length === 1) return { fixed: 0, perLayer: first.milliseconds / first.layers };
  const total = sum(points.map((point) => point.weight));
  const meanLayers = sum(points.map((point) => point.weight * point.layers)) / total;
  const meanTime = sum(points.map((point) => point.weight * point.milliseconds)) / total;
  const slope =
    sum(points.map((point) => point.weight * (point.layers - meanLayers) * (point.milliseconds - meanTime))) /
    sum(points.map((point) => point.weight * (point.layers - meanLayers) ** 2));
  return { fixed: meanTime - slope * meanLayers, perLayer: slope };
}

/** Time that full-depth steps would have taken over the time that these steps took; null without steps. */
export function realisedSpeedUp(steps: readonly TimedStep[], fullLayers: number): number | null {
  const fit = fitStepTime(steps);
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

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
