/** Runs that are not as they should be: damaged checkpoints, another machine, changed data, numbers that blow up, a full disk. */
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parseEvents } from "../../trainer/protocol/readers.ts";
import { eventsFile } from "../../trainer/protocol/runDirectory.ts";
import { doneText, listCheckpoints } from "../../trainer/node/run/checkpointFiles.ts";
import { readLease, readText } from "../../trainer/node/run/runFiles.ts";
import { makeTrainerWorkspace, removeWorkspace, runRaptr, writeSchedule } from "../support/trainer.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let folder: string;
/** A run stopped at step 50, with checkpoints of steps 30, 40, 45 and 50 among others. */
let stopped: string;
let copies = 0;

beforeAll(async () => {
  folder = makeTrainerWorkspace();
  stopped = path.join(folder, "stopped");
  const args = ["train", "tiny.raptr.json", "--run-dir", stopped, "--steps", "50"];
  expect(await runRaptr(args, { cwd: folder })).toMatchObject({ code: 0 });
});
afterAll(() => removeWorkspace(folder));

/** A copy to damage, in the same folder, so that its data is cached. */
function copy(): string {
  const run = path.join(folder, `copy-${++copies}`);
  cpSync(stopped, run, { recursive: true });
  return run;
}

const resume = (run: string, ...rest: string[]) => runRaptr(["resume", run, ...rest], { cwd: folder });
const eventsOf = (run: string) => parseEvents(readText(path.join(run, eventsFile)) ?? "").events;
const resumedFrom = (run: string) => eventsOf(run).findLast(({ type }) => type === "launched");
const newest = (run: string): string => listCheckpoints(run)[0]?.directory ?? "";

describe("checkpoints", () => {
  test("a flipped byte is found, said, and the checkpoint before is taken", async () => {
    const run = copy();
    const weights = path.join(newest(run), "weights.safetensors");
    const bytes = readFileSync(weights);
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
    writeFileSync(weights, bytes);
    const inspected = await runRaptr(["inspect", run, "--json"], { cwd: folder });
    expect(JSON.parse(inspected.stdout).checkpoints[0]).toMatchObject({ name: "step-00000050", condition: "corrupt" });

    expect(await resume(run)).toMatchObject({ code: 0, stderr: expect.stringMatching(/step-00000050 is corrupt/) });
    expect(resumedFrom(run)).toMatchObject({ fromStep: 45 });
    // The damaged one was in the way of nothing: it has been replaced or rotated away.
    const after = await runRaptr(["inspect", run, "--json"], { cwd: folder });
    for (const checkpoint of JSON.parse(after.stdout).checkpoints) expect(checkpoint.condition).toBe("verified");
  });

  test("a damaged one takes no good one's place", async () => {
    writeSchedule(folder, "single", {
      checkpoint: { everySteps: 15, keep: 1 },
      evaluation: { everySteps: 1000, batches: 1 },
    });
    const run = path.join(folder, "single");
    const args = ["train", "single.raptr.json", "--run-dir", run, "--steps", "50"];
    expect(await runRaptr(args, { cwd: folder })).toMatchObject({ code: 0 });
    // Of a later step than the good ones: the one that `keep` would leave.
    const damaged = path.join(run, "checkpoints/step-00000075");
    cpSync(path.join(run, "checkpoints/step-00000045"), damaged, { recursive: true });
    const state = readFileSync(path.join(damaged, "state.json"), "utf8").replace('"step": 45', '"step": 75');
    writeFileSync(path.join(damaged, "state.json"), state);
    writeFileSync(path.join(damaged, "DONE"), doneText(state));
    const moments = readFileSync(path.join(damaged, "moments.safetensors"));
    writeFileSync(path.join(damaged, "moments.safetensors"), moments.fill(1, moments.length - 5));

    const resumed = await resume(run, "--steps", "65");
    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining("step-00000075 is corrupt") });
    expect(listCheckpoints(run).map(({ name }) => name)).toContain("step-00000060");
  });

  test("a cut file, a state that is not JSON, a missing DONE: each is passed over, down to the last whole one", async () => {
    const run = copy();
    const [first, second, third] = listCheckpoints(run).map(({ directory }) => directory);
    truncateSync(path.join(first ?? "", "moments.safetensors"), 100);
    writeFileSync(path.join(second ?? "", "state.json"), "{");
    writeFileSync(path.join(second ?? "", "DONE"), doneText("{"));
    rmSync(path.join(third ?? "", "DONE"));
    const resumed = await resume(run, "--steps", "60");
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toMatch(/00000050 is corrupt[^]*00000045 is corrupt[^]*00000040 is incomplete/);
    expect(resumedFrom(run)).toMatchObject({ fromStep: 30 });
  });

  test("without any whole one the run begins anew", async () => {
    const run = copy();
    for (const { directory } of listCheckpoints(run)) rmSync(path.join(directory, "DONE"));
    expect(await resume(run, "--steps", "5")).toMatchObject({ code: 0 });
    expect(resumedFrom(run)).toMatchObject({ fromStep: 0 });
  });

  test("what a killed launch left half written or half removed is taken away", async () => {
    const run = copy();
    for (const name of [".writing-step-00000060", ".trash-step-00000020"])
      cpSync(newest(run), path.join(run, "checkpoints", name), { recursive: true });
    appendFileSync(path.join(run, eventsFile), '{"type":"stopp');
    expect(await resume(run, "--steps", "51")).toMatchObject({ code: 0 });
    const { problems, events } = parseEvents(readText(path.join(run, eventsFile)) ?? "");
    expect(problems).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: "stopped", step: 51 });
    const names = listCheckpoints(run).map(({ name }) => name);
    expect(names).toContain("step-00000051");
    expect(names.every((name) => name.startsWith("step-"))).toBe(true);
  });
});

describe("inexact", () => {
  /** Gives the newest checkpoint another fingerprint, as another machine would have. */
  function foreign(run: string): void {
    const file = path.join(newest(run), "state.json");
    const state = JSON.parse(readFileSync(file, "utf8"));
    const [key] = Object.keys(state.engine.fingerprint);
    state.engine.fingerprint[key ?? ""] = "of another machine";
    const text = JSON.stringify(state);
    writeFileSync(file, text);
    writeFileSync(path.join(newest(run), "DONE"), doneText(text));
  }

  test("another engine's checkpoint is refused by name of what differs, and taken with --allow-inexact", async () => {
    const run = copy();
    foreign(run);
    const refused = await resume(run, "--steps", "51");
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("was of another machine and is") });
    expect(refused.stderr).toContain("--allow-inexact");
    expect(eventsOf(run).at(-1)).toMatchObject({ type: "failed", code: "inexact-resume" });
    expect(await resume(run, "--steps", "51", "--allow-inexact")).toMatchObject({ code: 0 });
  });

  test("changed data is noticed", async () => {
    const run = copy();
    const file = path.join(folder, "text", "7.txt");
    const before = readFileSync(file);
    appendFileSync(file, " and then some more of it");
    const refused = await resume(run, "--steps", "51");
    writeFileSync(file, before);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("data has changed") });
    expect(await resume(run, "--steps", "51")).toMatchObject({ code: 0 });
  });

  test("another number of threads is not a difference", async () => {
    const run = copy();
    expect(await resume(run, "--steps", "51", "--threads", "3")).toMatchObject({ code: 0 });
  });
});

describe("a full disk", () => {
  test.each([
    ["a checkpoint", "writing-.*weights", 3],
    ["the journal", "events\\.ndjson$", 6],
    ["the metrics", "metrics.0001\\.arrows", 3],
  ])("under %s ends with 5 and a remedy, and the run goes on from its last good checkpoint", async (_, match, nth) => {
    const run = path.join(folder, `full-${++copies}`);
    const kill = { match, operation: "write", nth, moment: "full" } as const;
    const full = await runRaptr(["train", "tiny.raptr.json", "--run-dir", run], { cwd: folder, kill });
    expect(full).toMatchObject({ code: 5, stderr: expect.stringMatching(/disk .* is full\. Free space/) });
    expect(readdirSync(path.join(run, "checkpoints")).every((name) => name.startsWith("step-"))).toBe(true);
    expect(readLease(run)?.state).toBe("ended");
    expect(await resume(run)).toMatchObject({ code: 0 });
  });

  test("under the lease alone is said, and training goes on", async () => {
    const run = path.join(folder, `full-${++copies}`);
    const kill = { match: "lease\\.json", operation: "write", nth: 2, moment: "full" } as const;
    const full = await runRaptr(["train", "tiny.raptr.json", "--run-dir", run], { cwd: folder, kill });
    expect(full).toMatchObject({ code: 0, stderr: expect.stringContaining("lease cannot be written") });
    expect(eventsOf(run).at(-1)).toMatchObject({ type: "completed" });
  });
});

describe("a disk that does not answer", () => {
  test.each([
    ["the lease", "lease\\.json", "write", "lease cannot be written: EIO"],
    ["the mailbox", "control$", "read", "Requests cannot be read at present (EIO)"],
  ] as const)("at %s is said, and training goes on", async (_, match, operation, said) => {
    const run = path.join(folder, `mute-${++copies}`);
    writeSchedule(folder, "lasting", { steps: 1000 });
    const kill = { match, operation, nth: 2, moment: "fails" } as const;
    const ended = await runRaptr(["train", "lasting.raptr.json", "--run-dir", run], { cwd: folder, kill });
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining(said) });
    expect(eventsOf(run).at(-1)).toMatchObject({ type: "completed" });
  });

  test("a journal that does not reach a full disk ends the run with a remedy", async () => {
    const run = path.join(folder, `mute-${++copies}`);
    const kill = { match: "events\\.ndjson$", operation: "flush", nth: 3, moment: "full" } as const;
    const ended = await runRaptr(["train", "tiny.raptr.json", "--run-dir", run], { cwd: folder, kill });
    expect(ended).toMatchObject({ code: 5, stderr: expect.stringMatching(/disk .* is full\. Free space/) });
    expect(eventsOf(run).at(-1)).toMatchObject({ type: "failed", code: "disk-full" });
    expect(readLease(run)?.state).toBe("ended");
    expect(await resume(run)).toMatchObject({ code: 0 });
  });
});

describe("the run itself", () => {
  test("a run.json that cannot be read is damage, and a directory without one never began", async () => {
    const run = copy();
    writeFileSync(path.join(run, "run.json"), '{ "format": ');
    expect(await resume(run)).toMatchObject({ code: 5, stderr: expect.stringContaining("run.json") });
    rmSync(path.join(run, "run.json"));
    expect(await resume(run)).toMatchObject({ code: 5, stderr: expect.stringContaining("nothing to resume") });
  });

  test("a completed run is not resumed", async () => {
    const run = copy();
    expect(await resume(run)).toMatchObject({ code: 0, stdout: expect.stringContaining("unigram entropy") });
    expect(await resume(run)).toMatchObject({ code: 2, stderr: expect.stringContaining("is completed") });
  });

  test("a learning rate that blows up ends with 4, names step and tensor, and keeps the last good checkpoint", async () => {
    writeSchedule(folder, "explosive", {
      learningRate: { peak: 1e30, warmupSteps: 20 },
      checkpoint: { everySteps: 1 },
      optimizer: { kind: "adamw", clipNorm: 0 },
    });
    const run = path.join(folder, "explosive");
    const ended = await runRaptr(["train", "explosive.raptr.json", "--run-dir", run], { cwd: folder });
    expect(ended.code, ended.stderr).toBe(4);
    const event = eventsOf(run).find(({ type }) => type === "nonFinite");
    expect(event).toMatchObject({ tensor: expect.stringMatching(/\w/) });
    expect(event).toMatchObject({ lastCheckpoint: listCheckpoints(run)[0]?.name });
    const status = await runRaptr(["inspect", run, "--json"], { cwd: folder });
    expect(JSON.parse(status.stdout)).toMatchObject({ status: { state: "nonFinite" } });
  });
});
