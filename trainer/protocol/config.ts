/**
 * The schedule's shape: the one source of truth for `*.raptr.json`.
 *
 * Types, parser and JSON Schema all come from `scheduleShape`; rules that span fields (stages that fill the run,
 * heads that divide hidden) are in `plan/`. `run.json` keeps the parsed value, defaults filled in.
 */
import {
  array,
  boolean,
  choice,
  either,
  integer,
  number,
  object,
  optional,
  string,
  union,
  type Infer,
} from "./shape.ts";

/** Sizes beyond this are slips of the fingers; the bound keeps every count below 2^53. */
const largest = 2 ** 20;

const model = union("The transformer to train.", {
  bert: object("BERT-like encoder (Devlin et al. 2019, arXiv 1810.04805).", {
    layers: integer("Transformer layers of the full network.", { minimum: 1, maximum: 4096, unit: "layers" }),
    hidden: integer("Width of the residual stream; a multiple of `heads`.", {
      minimum: 1,
      maximum: 65_536,
      unit: "units",
    }),
    heads: integer("Attention heads per layer.", { minimum: 1, maximum: 65_536, unit: "heads" }),
    feedForward: optional(
      integer("Width of the MLP's hidden layer; 4 x `hidden` when absent.", {
        minimum: 1,
        maximum: largest,
        unit: "units",
      }),
    ),
    normPosition: choice(
      "Where layer norm stands in a block.",
      {
        post: "After each residual sum, as BERT was published; exports to Hugging Face's BertForMaskedLM.",
        pre: "Before each branch (pre-norm), as RAPTR's analysis assumes; trains more stably, has no BertForMaskedLM equivalent.",
      },
      { default: "post" },
    ),
    dropout: number("Dropout rate on embeddings, attention probabilities and both branches.", {
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
    }),
    maxLength: optional(
      integer("Positions the model has embeddings for; `batch.length` when absent.", {
        minimum: 1,
        maximum: largest,
        unit: "tokens",
      }),
    ),
  }),
});

const objective = union("What the model learns to predict.", {
  maskedLanguage: object("BERT's masked-language objective: loss on the chosen positions only.", {
    maskShare: number("Share of a sequence's positions that are predicted; never special tokens.", {
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
      default: 0.15,
    }),
    replaceShare: number("Of the predicted positions, the share shown to the model as [MASK].", {
      minimum: 0,
      maximum: 1,
      default: 0.8,
    }),
    randomShare: number("Of the predicted positions, the share shown as a random token; the rest is left unchanged.", {
      minimum: 0,
      maximum: 1,
      default: 0.1,
    }),
  }),
});

const data = object("The text to train on.", {
  files: array(
    "Globs, relative to the schedule, of text files or JSONL (`.jsonl`, one document a line).",
    string("A glob."),
    {
      minItems: 1,
    },
  ),
  textField: string("The field of a JSONL line that holds the document's text.", { default: "text" }),
  evaluationShare: number("Share of the documents kept out of training for evaluation, chosen by `seed`.", {
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    default: 0.01,
  }),
  seed: integer("Seed of the split into training and evaluation documents and of the order of sequences.", {
    minimum: 0,
    default: 1,
  }),
});

const batch = object("What one optimizer step sees.", {
  size: integer("Sequences per optimizer step.", { minimum: 1, maximum: largest, unit: "sequences" }),
  length: integer("Tokens per sequence.", { minimum: 8, maximum: largest, unit: "tokens" }),
  microBatches: integer("Parts in which a batch is computed, gradients added up; divides `size`. Saves memory.", {
    minimum: 1,
    maximum: largest,
    default: 1,
  }),
});

const stage = object("One stage.", {
  name: optional(string("A name to show instead of the number.")),
  layers: number("Average number of active layers (n_s); a whole number with `fixedSize` sampling.", {
    exclusiveMinimum: 0,
    unit: "layers",
  }),
  steps: optional(integer("Length in optimizer steps.", { minimum: 1, unit: "steps" })),
  share: optional(
    number("Length as a share of the steps after `warmupFullSteps`.", { exclusiveMinimum: 0, maximum: 1 }),
  ),
  learningRate: number("Factor on the learning rate within this stage.", { exclusiveMinimum: 0, default: 1 }),
});

const sampling = choice(
  "How a step's subnetwork is drawn.",
  {
    bernoulli:
      "Each layer that is not always kept runs with the stage's keep probability, independently: the paper's definition.",
    fixedSize: "Exactly n_s layers, the optional ones chosen uniformly: same marginals, no variance in FLOPs.",
  },
  { default: "bernoulli" },
);
const alwaysKept = optional(
  array(
    "Layers that run in every step, numbered from 1. First and last when absent (the paper's fixed set I).",
    integer("A layer, from 1.", { minimum: 1 }),
  ),
);
const residualScale = choice(
  "Factor on the branches of a layer that runs (open in the paper).",
  {
    none: "1.",
    sqrtBypassed: "sqrt(1 + k) for a layer that follows k bypassed ones.",
    inverseKeep: "1/p while training.",
  },
  { default: "none" },
);
const skippedUpdate = choice(
  "What happens to a skipped layer's parameters (open in the paper).",
  {
    skip: "Nothing moves: parameters, moments, decay and update count stay.",
    zeroGradient: "An update with zero gradient: moments decay, momentum and weight decay still move it.",
  },
  { default: "skip" },
);

const strategy = union("How much of the network each step trains.", {
  raptr: object(
    "Random Part Training (arXiv 2402.05913): a random subnetwork per step, growing in stages to the full network.",
    {
      stages: either(
        'The stages, smallest first: `"6-8-10-12"` (average active layers) or objects.',
        string('Average active layers per stage joined by "-", e.g. "6-8-10-12".'),
        array("One object per stage.", stage, { minItems: 1 }),
      ),
      lengths: choice(
        "Lengths of stages that give neither `steps` nor `share`.",
        { equal: "All alike.", proportional: "T_i = T i^alpha / sum_j j^alpha." },
        { default: "equal" },
      ),
      alpha: number("Exponent of `proportional` lengths.", { minimum: 0, default: 1 }),
      warmupFullSteps: integer("Steps of the full network before the first stage.", {
        minimum: 0,
        default: 0,
        unit: "steps",
      }),
      alwaysKept,
      sampling,
      residualScale,
      skippedUpdate,
    },
  ),
  constant: object("Stochastic depth at one keep probability from first step to last: the control without growth.", {
    layers: number("Average number of active layers.", { exclusiveMinimum: 0, unit: "layers" }),
    alwaysKept,
    sampling,
    residualScale,
    skippedUpdate,
  }),
  full: object("Standard training: every layer, every step.", {}),
});

const optimizer = union("The optimizer.", {
  adamw: object("AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101).", {
    beta1: number("Decay of the first moment.", { minimum: 0, exclusiveMaximum: 1, default: 0.9 }),
    beta2: number("Decay of the second moment.", { minimum: 0, exclusiveMaximum: 1, default: 0.999 }),
    epsilon: number("Added to the root of the second moment.", { exclusiveMinimum: 0, default: 1e-6 }),
    weightDecay: number("Decoupled weight decay; not on layer norms and biases.", { minimum: 0, default: 0.01 }),
    clipNorm: number("Gradient norm above which gradients are scaled down; 0 = never.", { minimum: 0, default: 1 }),
  }),
});

const learningRate = object("One learning rate over all stages.", {
  peak: number("Highest learning rate.", { exclusiveMinimum: 0 }),
  warmupSteps: integer("Steps of linear warm-up from 0.", { minimum: 0, default: 0, unit: "steps" }),
  decay: choice(
    "From the peak to the end of the run.",
    { linear: "A straight line to `final`.", cosine: "Half a cosine to `final`.", constant: "No decay." },
    { default: "linear" },
  ),
  final: number("Learning rate at the end, as a share of the peak.", { minimum: 0, maximum: 1, default: 0 }),
  restart: boolean("Run warm-up and decay anew within each stage (open in the paper).", { default: false }),
});

export const scheduleShape = object(
  "A RAPTR schedule: what to train, on what, how long, how much of it at each step.",
  {
    $schema: optional(string("Address of a JSON Schema; ignored.")),
    name: optional(string("Name of the runs; the file's name when absent.")),
    model,
    objective,
    data,
    tokenizer: choice("How text becomes tokens.", { bytes: "UTF-8 bytes and four special tokens; nothing to train." }),
    batch,
    steps: optional(
      integer("Optimizer steps of the whole run; or give `tokens`.", {
        minimum: 1,
        maximum: 2 ** 32 - 1,
        unit: "steps",
      }),
    ),
    tokens: optional(
      integer("Tokens of the whole run, rounded up to whole steps; or give `steps`.", { minimum: 1, unit: "tokens" }),
    ),
    strategy,
    optimizer,
    learningRate,
    checkpoint: object(
      "When state is saved; stage ends and the best evaluation are always kept.",
      {
        everySteps: integer("Steps between checkpoints.", { minimum: 1, default: 1000, unit: "steps" }),
        keep: integer("Rotating checkpoints kept besides stage ends and the best.", { minimum: 1, default: 3 }),
      },
      { defaultEmpty: true },
    ),
    evaluation: object(
      "Loss of the full network on held-out text; also taken at the end of each stage.",
      {
        everySteps: integer("Steps between evaluations.", { minimum: 1, default: 500, unit: "steps" }),
        batches: integer("Batches per evaluation, the same ones each time.", {
          minimum: 1,
          maximum: largest,
          default: 20,
        }),
      },
      { defaultEmpty: true },
    ),
    seed: integer("Seed of weights, subnetworks, masks and dropout.", { minimum: 0, default: 1 }),
    engine: choice(
      "What computes.",
      {
        auto: "The fastest engine that works on this machine.",
        cpu: "The embedded WebAssembly engine; needs nothing.",
      },
      { default: "auto" },
    ),
  },
);

/** A parsed schedule: every default filled in, each field within its own range. */
export type Schedule = Infer<typeof scheduleShape>;
export type ModelConfig = Schedule["model"];
export type StrategyConfig = Schedule["strategy"];
export type StageConfig = Exclude<Extract<StrategyConfig, { kind: "raptr" }>["stages"], string>[number];
