/** `raptr train FILE`: a new run from a schedule. */
import { rmSync } from "node:fs";
import path from "node:path";
import type { ExitCode } from "../../../protocol/errors.ts";
import { logFile } from "../../../protocol/runDirectory.ts";
import type { Command, GivenOptions } from "../command.ts";
import { createRunDirectory, ignoreRunRoot, writeManifest } from "../../run/createRun.ts";
import { launchDetached, replying } from "../../run/detach.ts";
import { chooseEngine, type ReadyEngine } from "../../../engines/registry.ts";
import { tooLarge } from "../modelSize.ts";
import { holdRun, type HeldRun } from "../../run/heldRun.ts";
import { checkLaunchOptions, launchOptions, passedOn } from "../launchOptions.ts";
import { endOfLaunch } from "../endOfLaunch.ts";
import { isOwnOutput, say, stopLogging } from "../output.ts";
import { openRunData } from "../../run/runData.ts";
import { readManifest } from "../../run/runFiles.ts";
import { readSchedule, type ScheduleDocument } from "../scheduleFile.ts";
import { runTraining } from "../../run/training.ts";

export const train: Command = {
  name: "train",
  summary: "Train a schedule in a new run directory.",
  operands: ["FILE"],
  options: [
    { name: "run-dir", value: "DIR", doc: "The run directory itself, new or empty; runs/ID when absent." },
    ...launchOptions,
  ],
  details: ["Ctrl+C once saves a checkpoint and stops (exit code 130), twice stops at once."],
  run: (given) => replying(given.flag("detach") && given.flag("json"), () => start(given)),
};

async function start(given: GivenOptions): Promise<ExitCode> {
  checkLaunchOptions(given);
  const file = given.operands[0] ?? "";
  const document = readSchedule(file);
  const engine = await chooseEngine(given.text("engine") ?? document.schedule.engine);
  const problem = tooLarge(document.schedule, engine);
  if (problem !== null) throw document.wrong([problem]);
  if (given.text("run-dir") === undefined) ignoreRunRoot();
  const run = createRunDirectory(given.text("run-dir"), document.name);
  if (given.flag("detach")) {
    const args = ["train", file, "--run-dir", run, ...passedOn(given)];
    return launchDetached({ run, launch: 1, args, json: given.flag("json"), fresh: true });
  }
  let held = false;
  try {
    return await holdRun(run, document.schedule.model.layers, (heldRun) => {
      held = true;
      return trainNew(heldRun, document, engine, given);
    });
  } finally {
    // A launch that never began leaves nothing behind, but for a detached one's log, which is all there is to read.
    const began = !held || readManifest(run) !== null || isOwnOutput(path.join(run, logFile(1)));
    if (!began) {
      stopLogging();
      rmSync(run, { recursive: true, force: true });
    }
  }
}

async function trainNew(
  held: HeldRun,
  document: ScheduleDocument,
  engine: ReadyEngine,
  given: GivenOptions,
): Promise<ExitCode> {
  const { run } = held;
  say(`Run: ${run}`);
  const data = await openRunData(held, document.schedule, document.file, document.wrong);
  if (data === null) return 130;
  const manifest = writeManifest(run, document, data.facts);
  const finish = await runTraining(held, {
    schedule: document.schedule,
    source: data.source,
    engine,
    threads: given.count("threads"),
    stopAtStep: given.count("steps") ?? null,
    differences: [],
    allowInexact: false,
  });
  return endOfLaunch(run, manifest, finish);
}
