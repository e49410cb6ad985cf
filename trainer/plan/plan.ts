/** What a schedule comes to: resolved stages, tokens, FLOPs, learning rates. Types here; `resolvePlan` computes it. */

/** One stage of the run as it will happen. Steps count from 0; `lastStep` is inclusive. */
export interface PlannedStage {
  /** 0-based position in the run, the full-network warm-up included. */
  readonly index: number;
  /** "warm-up", the stage's own name, or "stage 2". */
  readonly name: string;
  readonly firstStep: number;
  readonly lastStep: number;
  readonly steps: number;
  readonly tokens: number;
  /** Expected number of active layers per step. */
  readonly meanLayers: number;
  /** Variance of that number from step to step; 0 where every subnetwork has the same size. */
  readonly layerVariance: number;
  /** Keep probability of the layers that are not always kept; 1 for the full network. */
  readonly keepProbability: number;
  /** Expected FLOPs over the stage, forward and backward. */
  readonly layerFlops: number;
  readonly modelFlops: number;
  /** Factor on the global learning rate. */
  readonly learningRateFactor: number;
  readonly learningRateAtEntry: number;
}

export interface FlopsLedger {
  /** Expected FLOPs of this run. */
  readonly planned: number;
  /** FLOPs of full training over the same steps. */
  readonly full: number;
  /** planned / full. */
  readonly relative: number;
  /** full / planned. */
  readonly speedUp: number;
}

export interface Plan {
  readonly strategy: string;
  readonly layers: number;
  readonly alwaysKept: readonly number[];
  readonly steps: number;
  readonly tokensPerStep: number;
  readonly tokens: number;
  readonly parameters: number;
  readonly stages: readonly PlannedStage[];
  readonly layerFlops: FlopsLedger;
  readonly modelFlops: FlopsLedger;
  /** FLOPs (forward and backward) of one layer in one step, and of all that is not a layer in one step. */
  readonly layerFlopsPerStep: number;
  readonly otherFlopsPerStep: number;
}
