/** `lease.json`: replaced whole by the trainer once every `leaseSeconds`; says that a process owns the run. */
import { choice, integer, number, object, string, type Infer } from "./shape.ts";

export const leaseShape = object(
  "`lease.json`: which process owns the run, and that it is alive.",
  {
    launch: integer("The launch that owns the run, from 1.", { minimum: 1 }),
    pid: integer("Its process id.", { minimum: 1 }),
    processStart: string(
      "The process's start as the system tells it (Linux: clock ticks since boot), so that a recycled pid is not mistaken.",
    ),
    host: string("Host name."),
    bootId: string("Changes with each boot of the host; empty where the system has none."),
    counter: integer('Grows with each write. "Lost" means that it stands still; no clocks are compared.', {
      minimum: 0,
    }),
    leaseSeconds: number("Longest time between two writes that the owner promises.", {
      exclusiveMinimum: 0,
      unit: "seconds",
    }),
    state: choice("What the owner is doing.", {
      starting: "Preparing data or restoring a checkpoint; no step yet.",
      running: "Training.",
      pausing: "Asked to pause; finishing the step and the checkpoint.",
      paused: "Waiting; memory released.",
      stopping: "Asked to stop; finishing.",
      ended: "The last write: the owner has let go.",
    }),
    step: integer("Optimizer steps completed.", { minimum: 0, unit: "steps" }),
  },
  { open: true },
);

export type Lease = Infer<typeof leaseShape>;
