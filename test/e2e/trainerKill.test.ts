/**
 * Kill anywhere: trainer processes killed by SIGKILL at 20 seeded moments, nine of them inside the writing of a
 * checkpoint, an event or the lease. Resumed, a run has bitwise the losses of one that was never disturbed, has lost no
 * event, and at no moment is there a torn file that could be read as whole.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { uniform } from "../../trainer/plan/random.ts";
import type { RunEvent } from "../../trainer/protocol/events.ts";
import { parseEvents, parseJson, parseLease } from "../../trainer/protocol/readers.ts";
import { eventsFile, leaseFile } from "../../trainer/protocol/runDirectory.ts";
import { listCheckpoints, verifyCheckpoint } from "../../trainer/node/run/checkpointFiles.ts";
import { readManifest, readText } from "../../trainer/node/run/runFiles.ts";
import { readRun } from "../../trainer/node/run/runReader.ts";
import {
  makeTrainerWorkspace,
  removeWorkspace,
  runRaptr,
  startRaptr,
  writeSchedule,
  type KillPoint,
} from "../support/trainer.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const seed = 20_261_123;
const steps = 600;
/** A launch is killed up to this long after it began to train; a whole run takes several times as long. */
const longestLife = 300;

const weights = (nth: number): KillPoint => ({ match: "writing-.*weights", operation: "write", nth, moment: "half" });
const moments = (nth: number): KillPoint => ({ match: "writing-.*moments", operation: "flush", nth, moment: "before" });
const state = (nth: number): KillPoint => ({ match: "writing-.*state", operation: "write", nth, moment: "half" });
const placed = (moment: "before" | "after", nth: number): KillPoint => ({
  ...{ match: "checkpoints.step-\\d+$", operation: "rename", nth, moment },
});
const event = (moment: "half" | "after", nth: number): KillPoint => ({
  ...{ match: "events\\.ndjson$", operation: "write", nth, moment },
});
const lease = (operation: "write" | "rename", nth: number): KillPoint => ({
  ...{ match: "lease\\.json", operation, nth, moment: operation === "write" ? "half" : "before" },
});

/** Each row is one run; each entry one launch of it, killed there: inside a write, or at a seeded moment. */
const runs: readonly (readonly (KillPoint | "anywhere")[])[] = [
  ["anywhere", weights(2), "anywhere", lease("rename", 2)],
  [event("half", 4), "anywhere", placed("before", 1), "anywhere"],
  ["anywhere", "anywhere", placed("after", 2), lease("write", 1)],
  [moments(1), "anywhere", event("after", 3), "anywhere"],
  ["anywhere", state(2), "anywhere", "anywhere"],
];

let folder: string;
let reference: string;

beforeAll(async () => {
  folder = makeTrainerWorkspace();
  writeSchedule(folder, "kill", {
    steps,
    checkpoint: { everySteps: 25, keep: 2 },
    evaluation: { everySteps: 60, batches: 2 },
  });
  reference = path.join(folder, "reference");
  const ended = await runRaptr(["train", "kill.raptr.json", "--run-dir", reference], { cwd: folder });
  expect(ended).toMatchObject({ code: 0 });
});
afterAll(() => removeWorkspace(folder));

test("there are 20 moments, and eight or more are inside a write", () => {
  const all = runs.flat();
  expect(all.length).toBe(20);
  expect(all.filter((moment) => moment !== "anywhere").length).toBeGreaterThanOrEqual(8);
});

describe.each(runs.map((kills, index) => ({ index, kills })))("run $index", ({ index, kills }) => {
  test("loses nothing but steps that are computed again, bit for bit", async () => {
    const run = path.join(folder, `run-${index}`);
    let journal = "";
    for (const [launch, kill] of kills.entries()) {
      const args = readManifest(run) === null ? ["train", "kill.raptr.json", "--run-dir", run] : ["resume", run];
      const started = startRaptr(args, { cwd: folder, ...(kill === "anywhere" ? {} : { kill }) });
      if (kill === "anywhere") {
        await Promise.race([started.ended, untilTraining(started.output)]);
        await delay(longestLife * uniform(seed, 0, index, launch));
        started.process.kill("SIGKILL");
      }
      const { signal, stderr } = await started.ended;
      expect(signal, stderr).toBe("SIGKILL");
      journal = await checkAfterKill(run, journal);
    }
    const ended = await runRaptr(["resume", run], { cwd: folder });
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    await checkAfterKill(run, journal);
    expect(curves(run)).toEqual(curves(reference));
    expect(lostEvents(run)).toEqual([]);
    // Every launch that came as far as its first lease has its line, also after one that died within a line.
    const begun = kills.flatMap((kill, index) =>
      kill !== "anywhere" && kill.match.includes("lease") ? [] : [index + 1],
    );
    expect(launches(run)).toEqual(expect.arrayContaining([...begun, kills.length + 1]));
    expect(finalHashes(run)).toEqual(finalHashes(reference));
  });
});

async function untilTraining(output: () => string): Promise<void> {
  while (!output().includes("Engine ")) await delay(5);
}

/** What must hold at any moment; returns the journal's text, which later may only grow. */
async function checkAfterKill(run: string, before: string): Promise<string> {
  expect(readManifest(run)).not.toBeNull();
  expect(parseJson(readFileSync(path.join(run, leaseFile), "utf8"), parseLease)).toMatchObject({ ok: true });
  for (const checkpoint of listCheckpoints(run)) expect(await verifyCheckpoint(checkpoint), checkpoint.name).toBeNull();

  const expected = rowsByStep(reference);
  for (const [step, row] of rowsByStep(run)) expect(row, `row of step ${step}`).toEqual(expected.get(step));

  const journal = readText(path.join(run, eventsFile)) ?? "";
  expect(journal.startsWith(before)).toBe(true);
  return journal;
}

/** All of a row that must not depend on when and how often the run was launched. */
function rowsByStep(run: string): ReadonlyMap<number, readonly (number | readonly number[])[]> {
  const { metrics } = readRun(run);
  return new Map(
    Array.from({ length: metrics.length }, (_, row) => {
      const { step, tokens, loss, gradientNorm, learningRate, stage, layerFlops, activeLayers, bytesPerRow } = metrics;
      const columns = [step, tokens, loss, gradientNorm, learningRate, stage, layerFlops];
      const active = [...activeLayers.subarray(row * bytesPerRow, (row + 1) * bytesPerRow)];
      return [step[row] ?? -1, [...columns.map((column) => column[row] ?? NaN), active]];
    }),
  );
}

function curves(run: string) {
  const { evaluations } = readRun(run);
  const rows = [...rowsByStep(run)];
  expect(rows.map(([step]) => step)).toEqual(Array.from({ length: steps }, (_, step) => step));
  return { rows, evaluations: [...evaluations.step].map((step, row) => [step, evaluations.loss[row]]) };
}

/** Events of the undisturbed run that the other one's journal lacks. */
function lostEvents(run: string): readonly string[] {
  const told = new Set(tell(run));
  return tell(reference).filter((event) => !told.has(event));
}

/** Also the launch after one that died within a line has its own line. */
function launches(run: string): readonly number[] {
  const { events } = parseEvents(readText(path.join(run, eventsFile)) ?? "");
  return events.filter(({ type }) => type === "launched").map(({ launch }) => launch);
}

function tell(run: string): readonly string[] {
  const { events } = parseEvents(readText(path.join(run, eventsFile)) ?? "");
  return events.filter((each) => each.type !== "launched" && each.type !== "checkpointRemoved").map(timeless);
}

/** An event without when, by whom and how fast; rows of later launches say the same things again. */
function timeless(told: RunEvent): string {
  const dropped = new Set(["time", "launch", "milliseconds", "bytes"]);
  return JSON.stringify(Object.entries(told).filter(([key]) => !dropped.has(key)));
}

function finalHashes(run: string): unknown {
  const final = listCheckpoints(run)[0];
  expect(final).toMatchObject({ step: steps });
  return final?.state?.files;
}
