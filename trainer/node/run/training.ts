/** One launch of the training loop on a run that is held: restores, checks that it will be exact, trains, says how it ended. */
import { availableParallelism } from "node:os";
import type { Engine } from "../../engine/port.ts";
import { resolvePlan } from "../../plan/resolvePlan.ts";
import type { BatchSource, Checkpoint, Clock, Finish } from "../../ports.ts";
import type { Schedule } from "../../protocol/config.ts";
import { train } from "../../train.ts";
import { Checkpoints } from "./checkpoints.ts";
import type { ReadyEngine } from "../../engines/registry.ts";
import { inexactResume } from "../commandLine/failures.ts";
import type { HeldRun } from "./heldRun.ts";
import { Mailbox } from "./control.ts";
import { complain, say } from "../commandLine/output.ts";
import { reconcile } from "./reconcile.ts";

export interface TrainingOptions {
  readonly schedule: Schedule;
  readonly source: BatchSource;
  readonly engine: ReadyEngine;
  readonly threads: number | undefined;
  readonly stopAtStep: number | null;
  /** Differences from the launch before that are known already, such as changed data. */
  readonly differences: readonly string[];
  readonly allowInexact: boolean;
}

const clock: Clock = { now: () => performance.now(), wall: () => Date.now() };

/** Closes `source`. Throws `inexactResume`. */
export async function runTraining(held: HeldRun, options: TrainingOptions): Promise<Finish> {
  const { schedule, source, stopAtStep } = options;
  const { run, lease, journal, progress, interrupt } = held;
  const plan = resolvePlan(schedule);
  const threads = options.threads ?? availableParallelism();
  const createEngine = (): Promise<Engine> => options.engine.factory.create({ threads });
  let first: Engine | null = null;
  let control: Mailbox | null = null;
  try {
    const checkpoints = new Checkpoints({ run, keep: schedule.checkpoint.keep, journal, say: complain });
    checkpoints.recover();
    const from = await checkpoints.latest();
    first = await createEngine();
    control = new Mailbox(run, interrupt);
    checkExact(from, first, options);
    const { name, variant, fingerprint } = first.description;
    const fromStep = from?.state.step ?? 0;
    journal.event({
      ...{ type: "launched", step: fromStep, pid: process.pid, engine: name, variant, fingerprint, threads, fromStep },
      node: process.versions.node,
    });
    reconcile(run, journal, fromStep);
    progress.begin(plan);
    return await train({
      schedule,
      batches: source,
      checkpoints,
      journal,
      control,
      clock,
      interrupt,
      stopAtStep,
      progress: (state, step) => lease.update(state, step),
      createEngine: async () => {
        const engine = first ?? (await createEngine());
        first = null;
        return engine;
      },
    });
  } finally {
    // Each, whatever becomes of the others: a thread left behind would keep the process alive.
    try {
      control?.close();
    } finally {
      await first?.close();
      await source.close();
    }
  }
}

/** Bitwise-equal losses need an equal engine: says what differs from the checkpoint's, and asks for consent. */
function checkExact(from: Checkpoint | null, engine: Engine, options: TrainingOptions): void {
  const engineDifferences = from === null ? [] : differing(from.state.engine, engine.description);
  const differences = [...options.differences, ...engineDifferences];
  if (differences.length === 0) return;
  if (!options.allowInexact) throw inexactResume(differences);
  say(`Resuming although ${differences.join("; ")}: losses will differ in the last digits.`);
}

type Described = Pick<Engine["description"], "name" | "fingerprint">;

function differing(before: Described, now: Described): readonly string[] {
  if (before.name !== now.name) return [`the engine was ${before.name} and is ${now.name}`];
  const keys = [...new Set([...Object.keys(before.fingerprint), ...Object.keys(now.fingerprint)])].sort();
  return keys
    .filter((key) => before.fingerprint[key] !== now.fingerprint[key])
    .map((key) => `${key} was ${before.fingerprint[key] ?? "absent"} and is ${now.fingerprint[key] ?? "absent"}`);
}
