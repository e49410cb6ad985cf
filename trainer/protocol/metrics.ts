/** Metric rows: what `metrics/NNNN.arrows` and `metrics/NNNN.evaluation.arrows` hold, as columns. */

/** One row per optimizer step. `step` counts from 0 and names the update that the row describes. */
export interface MetricRow {
  readonly step: number;
  /** Training tokens seen once this step is done. */
  readonly tokens: number;
  /** Mean loss over predicted positions, of the active subnetwork, before the update; nats. */
  readonly loss: number;
  /** Global L2 norm of the gradient before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly stage: number;
  /** Bit l is set when layer l (0-based) ran. */
  readonly activeLayers: Uint8Array;
  /** FLOPs of the layers in this step, forward and backward. */
  readonly layerFlops: number;
  readonly stepMilliseconds: number;
  readonly tokensPerSecond: number;
  /** Milliseconds since the epoch when the step ended. */
  readonly time: number;
}

/** One row per evaluation of the full network. `step` = optimizer steps completed before it. */
export interface EvaluationRow {
  readonly step: number;
  readonly tokens: number;
  readonly loss: number;
  readonly milliseconds: number;
  readonly time: number;
}

/** Rows as columns, all of one length. What readers hand on and views draw; typed arrays, so posting them is cheap. */
export interface MetricColumns {
  readonly length: number;
  readonly step: Float64Array;
  readonly tokens: Float64Array;
  readonly loss: Float32Array;
  readonly gradientNorm: Float32Array;
  readonly learningRate: Float64Array;
  readonly stage: Uint16Array;
  /** `bytesPerRow` bytes a row. */
  readonly activeLayers: Uint8Array;
  readonly bytesPerRow: number;
  readonly layerFlops: Float64Array;
  readonly stepMilliseconds: Float32Array;
  readonly tokensPerSecond: Float32Array;
  readonly time: Float64Array;
  /** The launch that wrote each row. */
  readonly launch: Uint16Array;
}

export interface EvaluationColumns {
  readonly length: number;
  readonly step: Float64Array;
  readonly tokens: Float64Array;
  readonly loss: Float32Array;
  readonly milliseconds: Float32Array;
  readonly time: Float64Array;
  readonly launch: Uint16Array;
}
