/** A trainer and the people around it: requests, Ctrl+C, two trainers on one run, a launch that outlives its parent. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { parseLaunchReply } from "../../trainer/protocol/launchReply.ts";
import { parseEvents, parseJson } from "../../trainer/protocol/readers.ts";
import { controlDirectory, eventsFile, leaseFile, logFile } from "../../trainer/protocol/runDirectory.ts";
import { listCheckpoints } from "../../trainer/node/run/checkpointFiles.ts";
import { ownIdentity, processStart } from "../../trainer/node/run/processIdentity.ts";
import { readLease, readText } from "../../trainer/node/run/runFiles.ts";
import {
  eventually,
  leaseReaches,
  makeTrainerWorkspace,
  removeWorkspace,
  runRaptr,
  startRaptr,
  writeSchedule,
  type Started,
} from "../support/trainer.ts";

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let folder: string;
const trainers: Started[] = [];
let runs = 0;

beforeAll(() => {
  folder = makeTrainerWorkspace();
  // Far longer than any test takes; nothing is saved unless somebody asks.
  const rare = { everySteps: 1_000_000 };
  writeSchedule(folder, "long", { steps: 1_000_000, checkpoint: rare, evaluation: { ...rare, batches: 1 } });
});
afterEach(async () => {
  for (const { process: trainer, ended } of trainers.splice(0)) {
    trainer.kill("SIGKILL");
    await ended;
  }
});
afterAll(() => removeWorkspace(folder));

const newRun = (): string => path.join(folder, `run-${++runs}`);

async function startLong(run = newRun()): Promise<{ run: string; trainer: Started }> {
  const trainer = startRaptr(["train", "long.raptr.json", "--run-dir", run], { cwd: folder });
  trainers.push(trainer);
  await leaseReaches(run, ({ state }) => state === "running");
  return { run, trainer };
}

const eventsOf = (run: string) => parseEvents(readText(path.join(run, eventsFile)) ?? "").events;
const control = (run: string, ...rest: string[]) => runRaptr(["control", run, ...rest], { cwd: folder });

describe("requests", () => {
  test("pause releases and waits, resume goes on, stop-now saves and ends", async () => {
    const { run, trainer } = await startLong();
    expect(await control(run, "pause")).toMatchObject({ code: 0, stdout: expect.stringContaining("Pausing") });
    const paused = await leaseReaches(run, ({ state }) => state === "paused");
    expect(await control(run, "resume")).toMatchObject({ code: 0 });
    await leaseReaches(run, ({ state, step }) => state === "running" && step > paused.step);
    expect(await control(run, "checkpoint")).toMatchObject({ code: 0 });
    expect(await control(run, "stop-now")).toMatchObject({ code: 0 });
    expect(await trainer.ended).toMatchObject({ code: 0 });
    expect(readLease(run)?.state).toBe("ended");
    expect(listCheckpoints(run).length).toBeGreaterThanOrEqual(2);
    expect(readdirSync(path.join(run, controlDirectory))).toEqual(["done"]);
    expect(eventsOf(run).filter(({ type }) => type === "requested")).toHaveLength(4);
  });

  test("stop-after-checkpoint and stop-after-stage end where they say", async () => {
    // The last stage is long enough to ask in; its end is the run's.
    writeSchedule(folder, "staged", {
      ...{ steps: 40_000, checkpoint: { everySteps: 2000 }, evaluation: { everySteps: 1_000_000, batches: 1 } },
    });
    const run = newRun();
    const trainer = startRaptr(["train", "staged.raptr.json", "--run-dir", run], { cwd: folder });
    trainers.push(trainer);
    await leaseReaches(run, ({ state }) => state === "running");
    expect(await control(run, "stop-after-stage")).toMatchObject({ code: 0 });
    expect(await control(run, "stop-after-checkpoint")).toMatchObject({ code: 0 });
    expect(await trainer.ended).toMatchObject({ code: 0 });
    const [newest] = listCheckpoints(run);
    expect((newest?.step ?? 1) % 2000).toBe(0);
    expect(eventsOf(run).at(-1)).toMatchObject({ type: "stopped", reason: "request", step: newest?.step });
  });

  test("a run that nobody trains says so", async () => {
    const { run, trainer } = await startLong();
    trainer.process.kill("SIGKILL");
    await trainer.ended;
    expect(await control(run, "pause")).toMatchObject({ code: 2, stderr: expect.stringContaining("No trainer") });
    expect(readdirSync(path.join(run, controlDirectory))).toEqual(["done"]);
  });

  test("a trainer that does not answer is not waited for without end, and the request is withdrawn", async () => {
    const { run, trainer } = await startLong();
    trainer.process.kill("SIGSTOP");
    const asked = await control(run, "pause", "--timeout", "1");
    trainer.process.kill("SIGCONT");
    expect(asked).toMatchObject({ code: 5, stderr: expect.stringContaining("did not answer") });
    expect(readdirSync(path.join(run, controlDirectory))).toEqual(["done"]);
  });

  test("what was asked while nobody trained is not obeyed later", async () => {
    const { run, trainer } = await startLong();
    await control(run, "stop-now");
    await trainer.ended;
    const request = { id: "20200101T000000000Z-old", action: "stop-now", by: "test", time: "2020-01-01T00:00:00.000Z" };
    writeFileSync(path.join(run, controlDirectory, `${request.id}.json`), JSON.stringify(request));
    const resumed = startRaptr(["resume", run], { cwd: folder });
    trainers.push(resumed);
    await leaseReaches(run, ({ state, launch }) => state === "running" && launch === 2);
    const answer = await eventually("the answer", () => readText(path.join(run, "control/done", `${request.id}.json`)));
    expect(JSON.parse(answer)).toMatchObject({ accepted: false });
    expect(resumed.process.exitCode).toBeNull();
  });
});

describe("signals", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s once saves a checkpoint and ends with 130",
    async (signal) => {
      const { run, trainer } = await startLong();
      trainer.process.kill(signal);
      expect(await trainer.ended).toMatchObject({ code: 130 });
      const [saved] = listCheckpoints(run);
      expect(saved?.state?.reasons).toContain("final");
      expect(eventsOf(run).at(-1)).toMatchObject({ type: "stopped", reason: "interrupt", step: saved?.step });
      expect(readLease(run)?.state).toBe("ended");
    },
  );

  test("a terminal that closes takes its end of the output with it, and still a checkpoint is saved", async () => {
    const { run, trainer } = await startLong();
    trainer.process.stdout?.destroy();
    trainer.process.stderr?.destroy();
    trainer.process.kill("SIGHUP");
    expect(await trainer.ended).toMatchObject({ code: 130 });
    expect(listCheckpoints(run)[0]?.state?.reasons).toContain("final");
    expect(readLease(run)?.state).toBe("ended");
  });

  test("one press that arrives twice counts once", async () => {
    const { run, trainer } = await startLong();
    trainer.process.kill("SIGINT");
    trainer.process.kill("SIGINT");
    expect(await trainer.ended).toMatchObject({ code: 130 });
    expect(listCheckpoints(run)).toHaveLength(1);
  });

  test("a second press stops at once, without a checkpoint", async () => {
    writeSchedule(folder, "slow", {
      model: { kind: "bert", layers: 6, hidden: 256, heads: 4 },
      batch: { size: 64, length: 128 },
      ...{ strategy: { kind: "full" }, data: { files: ["text/*.txt"], evaluationShare: 0.2 }, steps: 1000 },
    });
    const run = newRun();
    const trainer = startRaptr(["train", "slow.raptr.json", "--run-dir", run], { cwd: folder });
    trainers.push(trainer);
    await leaseReaches(run, ({ state }) => state === "running");
    trainer.process.kill("SIGINT");
    await delay(400);
    trainer.process.kill("SIGINT");
    expect(await trainer.ended).toMatchObject({ code: 130, stderr: expect.stringContaining("Stopped at once") });
    expect(listCheckpoints(run)).toEqual([]);
    expect(readLease(run)?.state).toBe("ended");
  });
});

describe("one run, one trainer", () => {
  test("a second trainer is refused with 5 and leaves the first alone", async () => {
    const { run, trainer } = await startLong();
    const second = await runRaptr(["resume", run], { cwd: folder });
    expect(second).toMatchObject({ code: 5, stderr: expect.stringContaining(`process ${trainer.process.pid}`) });
    const third = await runRaptr(["train", "long.raptr.json", "--run-dir", run], { cwd: folder });
    expect(third).toMatchObject({ code: 5, stderr: expect.stringContaining("not empty") });
    const { step } = await leaseReaches(run, () => true);
    await leaseReaches(run, (lease) => lease.step > step && lease.launch === 1);
  });

  test("of trainers that start at the same moment on one new directory one at most trains", async () => {
    const run = newRun();
    const racing = Array.from({ length: 4 }, () =>
      startRaptr(["train", "long.raptr.json", "--run-dir", run, "--steps", "30"], { cwd: folder }),
    );
    const codes = (await Promise.all(racing.map(({ ended }) => ended))).map(({ code }) => code);
    expect(codes.filter((code) => code === 0).length).toBeLessThanOrEqual(1);
    expect(codes.every((code) => code === 0 || code === 5)).toBe(true);
    expect(eventsOf(run).filter(({ type }) => type === "launched").length).toBeLessThanOrEqual(1);
  });

  test("a recycled pid is not taken for the trainer, and a live one is", async () => {
    const { run, trainer } = await startLong();
    await control(run, "stop-now");
    await trainer.ended;
    const lease = { ...readLease(run), ...ownIdentity(), state: "running" };
    const claim = (processStart: string) =>
      writeFileSync(path.join(run, leaseFile), JSON.stringify({ ...lease, processStart }));

    claim(processStart(process.pid) ?? "");
    expect(await runRaptr(["resume", run, "--steps", "1"], { cwd: folder })).toMatchObject({ code: 5 });
    claim("1");
    expect(await runRaptr(["resume", run, "--steps", "1"], { cwd: folder })).toMatchObject({ code: 0 });
  });

  test("another host's lease is believed while its counter moves, and not once it stands still", async () => {
    const { run, trainer } = await startLong();
    await control(run, "stop-now");
    await trainer.ended;
    const lease = { ...readLease(run), host: "elsewhere", state: "running", leaseSeconds: 0.5 };
    let counter = 1000;
    const write = () => writeFileSync(path.join(run, leaseFile), JSON.stringify({ ...lease, counter: counter++ }));
    write();
    const beating = setInterval(write, 200);
    const refused = await runRaptr(["resume", run, "--steps", "1"], { cwd: folder });
    clearInterval(beating);
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining("on elsewhere") });
    expect(await runRaptr(["resume", run, "--steps", "1"], { cwd: folder })).toMatchObject({ code: 0 });
  });
});

describe("detached", () => {
  const launch = (...args: string[]) => runRaptr([...args, "--detach", "--json"], { cwd: folder });

  test("the trainer outlives its parent, in a process group of its own, and its words are in the log", async () => {
    const run = newRun();
    const { code, stdout } = await launch("train", "long.raptr.json", "--run-dir", run);
    expect(code).toBe(0);
    const reply = parseJson(stdout, parseLaunchReply);
    if (!reply.ok || reply.value.outcome !== "launched") throw new Error(stdout);
    const { pid } = reply.value;
    try {
      expect(reply.value.run).toBe(run);
      const { step } = await leaseReaches(run, (lease) => lease.state === "running" && lease.pid === pid);
      await leaseReaches(run, (lease) => lease.step > step);
      process.kill(-pid, 0);
      expect(readText(path.join(run, logFile(1)))).toContain("Engine ");
      await control(run, "stop-now");
      await leaseReaches(run, ({ state }) => state === "ended");

      const again = await launch("resume", run, "--steps", "1");
      expect(parseJson(again.stdout, parseLaunchReply)).toMatchObject({ value: { outcome: "launched", run } });
      await leaseReaches(run, (lease) => lease.launch === 2 && lease.state === "ended");
      expect(readText(path.join(run, logFile(2)))).toContain("Engine ");
    } finally {
      const lease = readLease(run);
      if (lease !== null && processStart(lease.pid) === lease.processStart) process.kill(lease.pid, "SIGKILL");
    }
  });

  test("problems come as JSON, with the exit code of the failure, and nothing is left behind", async () => {
    writeFileSync(path.join(folder, "bad.raptr.json"), '{ "steps": 0 }');
    const run = newRun();
    const { code, stdout } = await launch("train", "bad.raptr.json", "--run-dir", run);
    expect(code).toBe(2);
    const reply = parseJson(stdout, parseLaunchReply);
    expect(reply).toMatchObject({ value: { outcome: "failed", file: "bad.raptr.json" } });
    expect(existsSync(run)).toBe(false);
  });

  test("a run in use is told of, not waited for", async () => {
    const { run } = await startLong();
    const { code, stdout } = await launch("resume", run);
    expect(code).toBe(5);
    expect(parseJson(stdout, parseLaunchReply)).toMatchObject({ value: { outcome: "failed", code: "run-in-use" } });
    mkdirSync(path.join(folder, "plain"), { recursive: true });
    expect(await launch("resume", path.join(folder, "plain"))).toMatchObject({ code: 2 });
  });
});
