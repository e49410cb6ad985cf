/** `run.json`: written once when a run is created. */
import { scheduleShape } from "./config.ts";
import { integer, literal, number, object, optional, string, type Infer } from "./shape.ts";

const schedule = object(
  "The schedule file at launch.",
  {
    path: string("Where the schedule was read; an absolute path, as `data.files` are relative to it."),
    text: string("The text as it was at launch."),
  },
  { open: true },
);

const host = object(
  "The machine that created the run.",
  {
    name: string("Host name."),
    platform: string("Operating system and processor, e.g. `linux-x64`."),
    cpus: integer("Logical processors.", { minimum: 1 }),
    memoryBytes: integer("Main memory.", { minimum: 0, unit: "bytes" }),
  },
  { open: true },
);

const data = object(
  "What the globs came to.",
  {
    files: integer("Files read.", { minimum: 1 }),
    documents: integer("Documents with text in them.", { minimum: 1 }),
    trainTokens: integer("Tokens in training rows, special tokens included.", { minimum: 0, unit: "tokens" }),
    evaluationTokens: integer("Tokens in evaluation rows, special tokens included.", { minimum: 0, unit: "tokens" }),
    contentHash: string("SHA-256 over the packed rows, 64 hexadecimal digits: equal hashes mean equal batches."),
    unigramEntropy: number(
      "Entropy of single tokens over the training text, special tokens not counted, in nats per token: what a model that ignores context reaches.",
      { minimum: 0 },
    ),
  },
  { open: true },
);

export const manifestShape = object(
  "`run.json`: what a run is. Written once, never changed.",
  {
    format: literal("Tells the file from others.", "raptr-run"),
    version: literal("Version of the run directory's format.", 1),
    id: string("Name of the run directory when it was made."),
    name: string("Name for people."),
    createdAt: string("ISO 8601, UTC."),
    schedule,
    config: scheduleShape,
    code: object("The trainer's code.", { version: string("Version of the package.") }, { open: true }),
    host,
    data,
    parent: optional(
      object(
        "Set when the run was forked from a checkpoint of another.",
        { id: string("The other run's id."), checkpoint: string("Name of its checkpoint's directory.") },
        { open: true },
      ),
    ),
  },
  { open: true },
);

export type RunManifest = Infer<typeof manifestShape>;
