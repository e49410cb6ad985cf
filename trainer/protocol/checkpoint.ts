/** A checkpoint: `checkpoints/step-00012000/{weights,moments}.safetensors state.json DONE`. DONE is written last. */
import { checkpointReason } from "./events.ts";
import { array, integer, literal, nullable, number, object, record, string, type Infer } from "./shape.ts";

const steps = (doc: string) => integer(doc, { minimum: 0, unit: "steps" });
const losses = (doc: string) => array(doc, number("Loss of one step; nats."));

export const checkpointShape = object(
  "`state.json`: everything besides tensors that resume needs. What varies with the step otherwise is a pure function of (config, seed, step).",
  {
    format: literal("Tells the file from others.", "raptr-checkpoint"),
    version: literal("Version of the checkpoint's format.", 1),
    step: steps("Optimizer steps completed: the next step to run."),
    tokens: integer("Training tokens seen.", { minimum: 0, unit: "tokens" }),
    updateCounts: object(
      "AdamW's t per parameter group.",
      {
        shared: steps("Of parameters outside the layers."),
        layers: array("Of each layer.", steps("Updates of one layer.")),
      },
      { open: true },
    ),
    layerFlops: number("FLOPs of the layers so far, forward and backward.", { minimum: 0 }),
    bestEvaluation: nullable(
      object(
        "The lowest evaluation so far; null before the first.",
        { step: steps("Steps completed before it."), loss: number("Its loss; nats.") },
        { open: true },
      ),
    ),
    stageLosses: object(
      "Losses for `stageLeft`, whose means span a resume.",
      {
        stage: integer("The current stage, from 0.", { minimum: 0 }),
        first: losses("First losses of the stage, up to 20."),
        last: losses("Latest losses of the stage, up to 20, oldest first."),
      },
      { open: true },
    ),
    engine: object(
      "The engine that computed it.",
      {
        name: string("Registry name."),
        fingerprint: record(
          "Equal fingerprints promise bitwise-equal results.",
          string("Kernel hash, SIMD variant, version."),
        ),
      },
      { open: true },
    ),
    reasons: array("Why the checkpoint exists.", checkpointReason),
    files: record(
      "The tensor files, by name.",
      object(
        "One file.",
        {
          bytes: integer("Size.", { minimum: 0, unit: "bytes" }),
          sha256: string("SHA-256 of its content, 64 hexadecimal digits."),
        },
        { open: true },
      ),
    ),
  },
  { open: true },
);

export type CheckpointState = Infer<typeof checkpointShape>;
