/** `events.ndjson`: low-rate facts, one JSON object a line, append-only. */
import { problemShape } from "./problemShape.ts";
import {
  array,
  boolean,
  choice,
  integer,
  number,
  nullable,
  object,
  optional,
  record,
  string,
  union,
  type Fields,
  type Infer,
} from "./shape.ts";

/** Why a checkpoint exists or is kept. */
export const checkpointReason = choice("Why a checkpoint exists or is kept.", {
  cadence: "`checkpoint.everySteps` came round.",
  stageEnd: "Last step of a stage; never removed.",
  best: "Lowest evaluation loss so far; removed when a better one is saved.",
  request: "Somebody asked through the mailbox.",
  final: "Last step of the run, or of a launch that was stopped or interrupted.",
});

export const controlAction = choice("What is asked of the trainer.", {
  pause: "Save a checkpoint, release the engine's memory, wait.",
  resume: "Go on after a pause.",
  checkpoint: "Save a checkpoint after the current step.",
  "stop-after-stage": "Go on to the end of the current stage, save a checkpoint, end.",
  "stop-after-checkpoint": "Go on to the next checkpoint, end.",
  "stop-now": "Save a checkpoint after the current step, end.",
});

const stage = integer("Number of the stage, from 0; a full-network warm-up counts.", { minimum: 0 });

/** The fields of every event. */
export const eventFields = {
  time: string("ISO 8601, UTC."),
  launch: integer("The launch that wrote the line, from 1.", { minimum: 1 }),
  step: integer("Optimizer steps completed when it happened.", { minimum: 0, unit: "steps" }),
};

const event = <F extends Fields>(doc: string, fields: F) => object(doc, { ...eventFields, ...fields }, { open: true });

export const eventShape = union(
  "One line of `events.ndjson`.",
  {
    launched: event(
      "A process took the run over. First line of every launch that trains; one that fails before says `failed` alone.",
      {
        pid: integer("Process id of the trainer.", { minimum: 1 }),
        engine: string("Registry name of the engine."),
        variant: string("What the engine made of this machine, for people."),
        fingerprint: record(
          "Equal fingerprints promise bitwise-equal results.",
          string("Kernel hash, SIMD variant, version."),
        ),
        threads: integer("Threads that compute.", { minimum: 1, unit: "threads" }),
        fromStep: integer("Steps of the checkpoint that this launch goes on from; 0 for a fresh start.", {
          minimum: 0,
          unit: "steps",
        }),
        node: string("Version of the runtime."),
      },
    ),
    stageEntered: event("The next step is a stage's first.", {
      stage,
      name: string("The stage's name, for people."),
      meanLayers: number("Average number of active layers.", { minimum: 0, unit: "layers" }),
    }),
    stageLeft: event("A stage's last step is done.", {
      stage,
      name: string("The stage's name, for people."),
      lossAtEntry: number("Mean training loss over the stage's first (up to 20) steps, of active subnetworks; nats."),
      lossAtExit: number("Mean training loss over the stage's last (up to 20) steps, of active subnetworks; nats."),
    }),
    checkpointSaved: event("A checkpoint is complete: its DONE is on disk.", {
      name: string("Name of the checkpoint's directory."),
      bytes: integer("Size of all its files.", { minimum: 0, unit: "bytes" }),
      kept: array("Why it is kept.", checkpointReason),
    }),
    checkpointRemoved: event("Retention removed a checkpoint.", {
      name: string("Name of the checkpoint's directory."),
    }),
    evaluated: event("The full network was evaluated on the fixed evaluation set.", {
      loss: number("Mean loss over predicted positions; nats."),
      best: boolean("Whether no evaluation before was lower."),
      milliseconds: number("How long it took.", { minimum: 0, unit: "ms" }),
    }),
    requested: event("A control request was taken up.", {
      request: string("Id of the request."),
      action: controlAction,
      by: string("Who asked."),
    }),
    paused: event("The trainer waits; its memory is released.", {}),
    continued: event("The trainer goes on after a pause.", {}),
    nonFinite: event("Training ended at a loss or gradient that is not a finite number; that update was not made.", {
      what: choice("What was not finite.", { loss: "The training loss.", gradient: "A gradient." }),
      tensor: string("The first such tensor."),
      lastCheckpoint: nullable(string("Name of the last good checkpoint's directory; null when there is none.")),
    }),
    stopped: event("The launch ended before the run's last step, with a checkpoint unless it was interrupted twice.", {
      reason: choice("Why.", {
        request: "By the mailbox, or at the launch's own limit of steps.",
        interrupt: "By a signal, such as Ctrl+C.",
      }),
    }),
    completed: event("All steps are done.", { loss: number("The last evaluation's loss; nats.") }),
    failed: event("The launch ended at an expected failure.", {
      code: string("Stable id of the failure."),
      sentence: string("What went wrong."),
      remedy: string("What to do."),
      problems: optional(array("What is wrong with the schedule, where that is why.", problemShape)),
    }),
  },
  { tag: "type" },
);

export type RunEvent = Infer<typeof eventShape>;
export type CheckpointReason = Infer<typeof checkpointReason>;
export type ControlAction = Infer<typeof controlAction>;
