/** The port every training strategy implements. Pure functions of (config, seed, step); one file each in `strategies/`. */

/** What one optimizer step runs and updates. Layers count from 0. */
export interface Subnetwork {
  /** Active layers in rising order. */
  readonly active: readonly number[];
  /** Factor on the branches of each active layer, beside `active`. */
  readonly scale: readonly number[];
}

export interface StrategyStage {
  readonly name: string;
  readonly steps: number;
  /** Expected number of active layers per step. */
  readonly meanLayers: number;
  /** Variance of the number of active layers. */
  readonly layerVariance: number;
  /** Of the layers that are not always kept; 1 where none is optional. */
  readonly keepProbability: number;
  readonly learningRateFactor: number;
}

export interface Strategy {
  readonly kind: string;
  /** Layers (0-based, rising) that run in every step. */
  readonly alwaysKept: readonly number[];
  readonly stages: readonly StrategyStage[];
  /** What happens to parameters of layers that did not run. */
  readonly skippedUpdate: "skip" | "zeroGradient";
  stageAt(step: number): number;
  /** Marginal probability of each layer (0-based) at `step`. */
  keepProbabilities(step: number): readonly number[];
  /** The subnetwork of `step`: the same for any order of asking. */
  subnetworkAt(step: number): Subnetwork;
}
