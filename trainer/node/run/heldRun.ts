/** A run that this process holds: claimed, leased, logged, journaled, and let go of at the end whatever happens. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { ExpectedError, type ExitCode } from "../../protocol/errors.ts";
import { logFile, logsDirectory, metricsDirectory } from "../../protocol/runDirectory.ts";
import { announceLaunch } from "./announce.ts";
import { asExpected, runTakenOver } from "../commandLine/failures.ts";
import { claimLaunch } from "./claim.ts";
import { watchInterrupts } from "../commandLine/interrupt.ts";
import { RunJournal } from "./journal.ts";
import { LeaseKeeper } from "./lease.ts";
import { MetricLog } from "./metricLog.ts";
import { complain, logTo } from "../commandLine/output.ts";
import { Progress } from "../commandLine/progress.ts";
import { removeLeftovers } from "./leftovers.ts";

export interface HeldRun {
  readonly run: string;
  readonly launch: number;
  readonly lease: LeaseKeeper;
  readonly journal: RunJournal;
  readonly progress: Progress;
  /** Aborts on the first Ctrl+C. */
  readonly interrupt: AbortSignal;
}

/** Runs `body` while holding `run`, a run of a model with `layers` layers. Throws `runInUse` when another process does. */
export async function holdRun(
  run: string,
  layers: number,
  body: (held: HeldRun) => Promise<ExitCode>,
): Promise<ExitCode> {
  const launch = await claimLaunch(run);
  for (const folder of [logsDirectory, metricsDirectory]) mkdirSync(path.join(run, folder), { recursive: true });
  logTo(path.join(run, logFile(launch)));
  removeLeftovers(run);

  const lease = new LeaseKeeper(run, launch, leave);
  announceLaunch({ outcome: "launched", run, pid: process.pid });
  const progress = new Progress();
  const metrics = new MetricLog(run, launch, layers);
  const journal = new RunJournal(run, launch, metrics, progress);
  const interrupts = watchInterrupts({
    onFirst: () => complain("Interrupted: saving a checkpoint, then stopping. Once more stops at once."),
    onSecond: stopAtOnce,
  });
  try {
    return await body({ run, launch, lease, journal, progress, interrupt: interrupts.signal });
  } catch (error) {
    const failure = asExpected(error, run);
    if (failure instanceof ExpectedError) {
      const { code, sentence, remedy, problems } = failure;
      const named = problems.length > 0 ? { problems } : {};
      journal.event({ type: "failed", step: lease.step, code, sentence, remedy, ...named });
    }
    throw failure;
  } finally {
    interrupts.dispose();
    try {
      await journal.close();
    } finally {
      lease.end();
    }
  }

  /** Another launch holds the run: not one byte more is written. */
  function leave(newer: number): void {
    const { sentence, remedy, exitCode } = runTakenOver(run, newer);
    complain(`raptr: ${sentence} ${remedy}`);
    process.exit(exitCode);
  }

  function stopAtOnce(): void {
    try {
      journal.event({ type: "stopped", step: lease.step, reason: "interrupt" });
      metrics.writePending();
      lease.end();
      complain("Stopped at once: steps since the last checkpoint will be computed again by `raptr resume`.");
    } finally {
      // A full disk is no reason not to stop.
      process.exit(130 satisfies ExitCode);
    }
  }
}
