/** The text of a new schedule: a small BERT that trains on two cores within minutes, to be edited from there. */

/** Kinds of text worth training on, by file ending, and how they are looked for. */
const kinds = ["jsonl", "txt", "md", "rst"] as const;
export const textFilesPattern = `**/*.{${kinds.join(",")}}`;

/** Globs for the kinds that are there, best first; all plain texts when none is. */
export function dataGlobs(files: readonly string[]): readonly string[] {
  const there = kinds.filter((kind) => files.some((file) => file.toLowerCase().endsWith(`.${kind}`)));
  const [first] = there;
  // JSONL is made to be trained on: with it, prose lying around is documentation and not data.
  if (first === "jsonl") return ["**/*.jsonl"];
  return (there.length > 0 ? there : (["txt", "md"] as const)).map((kind) => `**/*.${kind}`);
}

export function scheduleTemplate(globs: readonly string[]): string {
  return `{
  // What to train: a small BERT. Hover over a key to read what it does.
  "model": { "kind": "bert", "layers": 12, "hidden": 128, "heads": 4 },
  "objective": { "kind": "maskedLanguage" },
  "data": { "files": [${globs.map((glob) => JSON.stringify(glob)).join(", ")}], "evaluationShare": 0.02 },
  "tokenizer": "bytes",
  "batch": { "size": 8, "length": 64 },
  "steps": 2000,
  "strategy": {
    "kind": "raptr",
    // Average number of layers that run in a step, stage by stage; the last stage is the whole network.
    "stages": [
      { "layers": 6 },
      { "layers": 8 },
      { "layers": 10 },
      { "layers": 12 }
    ]
  },
  "optimizer": { "kind": "adamw" },
  "learningRate": { "peak": 1e-3, "warmupSteps": 100, "decay": "linear" },
  "checkpoint": { "everySteps": 250, "keep": 2 },
  "evaluation": { "everySteps": 250, "batches": 10 },
  "seed": 1
}
`;
}
