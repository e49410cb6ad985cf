/**
 * What random subnetworks may come to: the 3-sigma band around the plan that realised layer counts must stay in.
 *
 * Steps draw independently, so variances add up: (L - |I|) p (1 - p) per step for Bernoulli draws, 0 for a fixed size.
 */
import type { Plan } from "./plan.ts";

export interface LayerBand {
  /** Expected number of layers run, summed over the steps done. */
  readonly expected: number;
  readonly deviation: number;
  /** expected -+ 3 deviations. */
  readonly low: number;
  readonly high: number;
}

/** The band for layers run in the first `stepsDone` steps of the plan, of one stage or of all. */
export function layerBand(plan: Plan, stepsDone: number, stage?: number): LayerBand {
  const stages = stage === undefined ? plan.stages : plan.stages.filter((each) => each.index === stage);
  let expected = 0;
  let variance = 0;
  for (const { firstStep, steps, meanLayers, layerVariance } of stages) {
    const done = Math.min(Math.max(stepsDone - firstStep, 0), steps);
    expected += done * meanLayers;
    variance += done * layerVariance;
  }
  const deviation = Math.sqrt(variance);
  return { expected, deviation, low: expected - 3 * deviation, high: expected + 3 * deviation };
}

/** What a run has done so far, against the plan for the same steps. */
export interface RealisedLedger {
  readonly layers: number;
  readonly band: LayerBand;
  /** Layers run / layers of the full network over the same steps. */
  readonly relative: number;
  readonly speedUp: number;
  readonly withinBand: boolean;
}

/** `layersRun` = sum of active layers over the first `stepsDone` steps. Null before the first step. */
export function realisedLedger(plan: Plan, stepsDone: number, layersRun: number): RealisedLedger | null {
  if (stepsDone === 0 || layersRun === 0) return null;
  const band = layerBand(plan, stepsDone);
  const full = stepsDone * plan.layers;
  // Means with a fraction add up with rounding errors; half a layer is none.
  const withinBand = layersRun >= band.low - 0.5 && layersRun <= band.high + 0.5;
  return { layers: layersRun, band, relative: layersRun / full, speedUp: full / layersRun, withinBand };
}
