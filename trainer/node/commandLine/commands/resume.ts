/** `raptr resume RUN`: goes on from the newest whole checkpoint, or from the start when there is none. */
import { parseSchedule } from "../../../plan/schedule.ts";
import type { ExitCode } from "../../../protocol/errors.ts";
import type { RunManifest } from "../../../protocol/manifest.ts";
import type { Command, GivenOptions } from "../command.ts";
import { newestClaim } from "../../run/claim.ts";
import { launchDetached, replying } from "../../run/detach.ts";
import { endOfLaunch } from "../endOfLaunch.ts";
import { chooseEngine, type ReadyEngine } from "../../../engines/registry.ts";
import { tooLarge } from "../modelSize.ts";
import { alreadyCompleted, DocumentError, runNeverBegan } from "../failures.ts";
import { findRun } from "../findRun.ts";
import { holdRun, type HeldRun } from "../../run/heldRun.ts";
import { checkLaunchOptions, launchOptions, passedOn } from "../launchOptions.ts";
import { say } from "../output.ts";
import { openRunData } from "../../run/runData.ts";
import { readManifest } from "../../run/runFiles.ts";
import { readEvents } from "../../run/runReader.ts";
import { runTraining } from "../../run/training.ts";

export const resume: Command = {
  name: "resume",
  summary: "Go on with a run from its newest whole checkpoint.",
  operands: ["RUN"],
  options: [
    {
      name: "allow-inexact",
      value: null,
      doc: "Go on even if engine, machine or data differ, so that losses will not be bit for bit the same.",
    },
    ...launchOptions,
  ],
  details: ["RUN is a run directory or an id in runs/. Configuration comes from its run.json only."],
  run: (given) => replying(given.flag("detach") && given.flag("json"), () => start(given)),
};

async function start(given: GivenOptions): Promise<ExitCode> {
  checkLaunchOptions(given);
  const run = findRun(given.operands[0] ?? "");
  const manifest = readManifest(run);
  if (manifest === null) throw runNeverBegan(run);
  if (readEvents(run).some((event) => event.type === "completed")) throw alreadyCompleted(run);
  const engine = await chooseEngine(given.text("engine") ?? manifest.config.engine);
  const problem = tooLarge(manifest.config, engine);
  if (problem !== null) throw wrongIn(manifest)([problem]);
  if (given.flag("detach")) {
    const inexact = given.flag("allow-inexact") ? ["--allow-inexact"] : [];
    const args = ["resume", run, ...passedOn(given), ...inexact];
    return launchDetached({ run, launch: newestClaim(run) + 1, args, json: given.flag("json"), fresh: false });
  }
  return holdRun(run, manifest.config.model.layers, (held) => goOn(held, manifest, engine, given));
}

async function goOn(held: HeldRun, manifest: RunManifest, engine: ReadyEngine, given: GivenOptions): Promise<ExitCode> {
  const { run } = held;
  say(`Run: ${run}`);
  const { config } = manifest;
  const data = await openRunData(held, config, manifest.schedule.path, wrongIn(manifest));
  if (data === null) return 130;
  const sameData = data.facts.contentHash === manifest.data.contentHash;
  const finish = await runTraining(held, {
    schedule: config,
    source: data.source,
    engine,
    threads: given.count("threads"),
    stopAtStep: given.count("steps") ?? null,
    differences: sameData ? [] : ["the data has changed since the run began"],
    allowInexact: given.flag("allow-inexact"),
  });
  return endOfLaunch(run, manifest, finish);
}

/** Problems get their places in the text that the run was started with. */
const wrongIn =
  ({ schedule }: RunManifest) =>
  (problems: readonly Omit<DocumentError["problems"][number], "span">[]): DocumentError => {
    const { locate } = parseSchedule(schedule.text);
    return new DocumentError(
      schedule.path,
      problems.map((problem) => ({ ...problem, span: locate(problem.path) })),
    );
  };
