/** A schedule small enough for a whole run in milliseconds, in the form that the parser hands on. */
import type { Schedule } from "../../trainer/protocol/config.ts";

const tiny: Schedule = {
  name: "tiny",
  model: { kind: "bert", layers: 5, hidden: 8, heads: 2, feedForward: 12, normPosition: "post", dropout: 0.1 },
  objective: { kind: "maskedLanguage", maskShare: 0.25, replaceShare: 0.8, randomShare: 0.1 },
  data: { files: ["*.txt"], textField: "text", evaluationShare: 0.1, seed: 1 },
  tokenizer: "bytes",
  batch: { size: 4, length: 8, microBatches: 2 },
  steps: 18,
  strategy: {
    kind: "raptr",
    stages: "3-4-5",
    lengths: "equal",
    alpha: 1,
    warmupFullSteps: 0,
    sampling: "bernoulli",
    residualScale: "none",
    skippedUpdate: "skip",
  },
  optimizer: { kind: "adamw", beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weightDecay: 0.01, clipNorm: 1 },
  learningRate: { peak: 0.01, warmupSteps: 3, decay: "linear", final: 0, restart: false },
  checkpoint: { everySteps: 1000, keep: 3 },
  evaluation: { everySteps: 4, batches: 2 },
  seed: 3,
  engine: "auto",
};

type Changes = { readonly [K in keyof Schedule]?: Partial<Schedule[K]> };

/** The tiny schedule with some fields changed, object by object. */
export function tinySchedule(changes: Changes = {}): Schedule {
  const merged = Object.entries(changes).map(([key, change]) => {
    const before = tiny[key as keyof Schedule];
    return [key, typeof before === "object" && typeof change === "object" ? { ...before, ...change } : change];
  });
  return { ...tiny, ...Object.fromEntries(merged) };
}
