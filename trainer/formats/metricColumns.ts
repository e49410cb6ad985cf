/** The columns of the metric streams, by name: what writers write and readers look for. */

export type ColumnType = "int64" | "uint16" | "float32" | "float64" | "timestamp[ms, UTC]" | "fixed_size_binary";

export interface ColumnSpec {
  readonly type: ColumnType;
  readonly doc: string;
}

export const metricColumns = {
  step: { type: "int64", doc: "The update that the row describes, from 0." },
  tokens: { type: "int64", doc: "Training tokens seen once the step is done." },
  loss: {
    type: "float32",
    doc: "Mean loss over predicted positions, of the active subnetwork, before the update; nats.",
  },
  gradientNorm: { type: "float32", doc: "Global L2 norm of the gradient before clipping." },
  learningRate: { type: "float64", doc: "Learning rate of the update." },
  stage: { type: "uint16", doc: "Number of the stage, from 0." },
  activeLayers: {
    type: "fixed_size_binary",
    doc: "Bit set of ceil(layers / 8) bytes: bit l mod 8 (lowest first) of byte floor(l / 8) is set when layer l, from 0, ran.",
  },
  layerFlops: { type: "float64", doc: "FLOPs of the layers in this step, forward and backward." },
  stepMilliseconds: { type: "float32", doc: "How long the step took." },
  tokensPerSecond: { type: "float32", doc: "Training tokens of the step by its duration." },
  time: { type: "timestamp[ms, UTC]", doc: "When the step ended." },
} as const satisfies Record<string, ColumnSpec>;

export const evaluationColumns = {
  step: { type: "int64", doc: "Optimizer steps completed before the evaluation." },
  tokens: { type: "int64", doc: "Training tokens seen before it." },
  loss: { type: "float32", doc: "Mean loss of the full network over predicted positions of the evaluation set; nats." },
  milliseconds: { type: "float32", doc: "How long the evaluation took." },
  time: { type: "timestamp[ms, UTC]", doc: "When it ended." },
} as const satisfies Record<string, ColumnSpec>;
