/** The store and its reader thread on recorded runs: what is listed, followed, and called running or lost. */
import { appendFile, cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Lease } from "../../../trainer/protocol/lease.ts";
import { liveDisposables } from "../../../extension/host/disposables.ts";
import { bootId, processStart } from "../../../extension/runs/processIdentity.ts";
import type { RunFacts } from "../../../extension/runs/facts.ts";
import { RunStore } from "../../../extension/runs/runStore.ts";
import type { RunDelta, RunHistory } from "../../../extension/runs/wire.ts";

const recorded = path.resolve(import.meta.dirname, "../../fixtures/runs");
let root: string;
let store: RunStore;
const said: string[] = [];

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "raptr-runs-"));
  store = new RunStore();
  said.length = 0;
  store.onDidLog(({ message }) => said.push(message));
});
afterEach(async () => {
  store.dispose();
  expect(liveDisposables()).toBe(0);
  await rm(root, { recursive: true, force: true });
});

async function add(run: string, as = run): Promise<string> {
  const directory = path.join(root, as);
  await cp(path.join(recorded, run), directory, { recursive: true });
  return directory;
}

/** Settles once the facts are as wanted; the test's own limit says when that takes too long. */
async function until(directory: string, wanted: (run: RunFacts) => boolean): Promise<RunFacts> {
  for (;;) {
    const run = store.get(directory);
    if (run && wanted(run)) return run;
    await new Promise<void>((resolve) => {
      const listening = store.onDidChange(() => {
        listening.dispose();
        resolve();
      });
    });
  }
}

const changeLease = async (directory: string, change: Partial<Lease>): Promise<void> => {
  const file = path.join(directory, "lease.json");
  const lease = JSON.parse(await readFile(file, "utf8")) as Lease;
  await writeFile(`${file}.new`, JSON.stringify({ ...lease, ...change }));
  await rename(`${file}.new`, file);
};

/** The part of a lease that names this very process. */
const own = async (): Promise<Partial<Lease>> => ({
  host: hostname(),
  bootId: await bootId(),
  pid: process.pid,
  processStart: (await processStart(process.pid)) ?? "",
});

test("lists recorded runs with status, progress, losses and checkpoints", async () => {
  const directory = await add("completed");
  store.watch([root], false);
  await store.refresh();
  expect(store.runs).toHaveLength(1);
  const run = store.get(directory);
  expect(run).toMatchObject({ id: "completed", name: "recorded", status: { state: "completed" }, launch: 1 });
  expect(run?.progress).toMatchObject({ step: 150, steps: 150, remainingSeconds: null });
  expect(run?.loss).toBeNull();
  expect(run?.evaluation?.step).toBe(150);
  expect(run?.checkpoints.map(({ step }) => step)).toEqual([150, 100, 50]);
  expect(run?.stages.map(({ state }) => state.kind)).toEqual(["done", "done", "done"]);
  expect(said).toEqual([]);
});

test("a lease whose process is gone is a lost run, and a recycled pid is never called running", async () => {
  const directory = await add("killed");
  await changeLease(directory, { ...(await own()), processStart: "1" });
  store.watch([root], false);
  await store.refresh();
  expect(store.get(directory)?.status.state).toBe("lost");
});

test("a trainer that lives is running until its process goes", async () => {
  const directory = await add("killed");
  await changeLease(directory, await own());
  store.watch([root], false);
  await store.refresh();
  expect(store.get(directory)?.status).toMatchObject({ state: "running", pid: process.pid });
  expect(store.get(directory)?.loss).toBeGreaterThan(0);
  expect(store.get(directory)?.progress.tokensPerSecond).toBeGreaterThan(0);
  await changeLease(directory, { bootId: "another boot" });
  await until(directory, ({ status }) => status.state === "lost");
});

test("a trainer on another host is lost once its counter stands still", async () => {
  const directory = await add("killed");
  store.watch([root], false);
  await until(directory, ({ status }) => status.state === "running");
  await until(directory, ({ status }) => status.state === "lost");
});

test("runs that appear and go are noticed, by watching and by polling", async () => {
  for (const usePolling of [false, true]) {
    const later = path.join(root, usePolling ? "polled" : "watched");
    store.watch([later], usePolling);
    await cp(path.join(recorded, "completed"), path.join(later, "a"), { recursive: true });
    await until(path.join(later, "a"), ({ status }) => status.state === "completed");
    await rm(path.join(later, "a"), { recursive: true });
    while (store.get(path.join(later, "a"))) await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

interface Followed {
  readonly histories: RunHistory[];
  readonly deltas: RunDelta[];
  readonly refusals: string[];
}

function follow(directory: string): Followed & { dispose(): unknown } {
  const followed: Followed = { histories: [], deltas: [], refusals: [] };
  const following = store.follow(directory, {
    onHistory: (history) =>
      "refused" in history ? followed.refusals.push(history.refused) : followed.histories.push(history),
    onDelta: (delta) => followed.deltas.push(delta),
  });
  return { ...followed, dispose: () => following.dispose() };
}

test("a follower gets everything, with a later launch's rows in place of the recomputed ones", async () => {
  const directory = await add("resumed");
  store.watch([root], false);
  const { histories, dispose } = follow(directory);
  await store.refresh();
  const [history] = histories;
  expect(history?.manifest.id).toBe("resumed");
  const steps = [...(history?.metrics.step ?? [])];
  expect(steps).toEqual(steps.map((_, index) => index));
  const launches = [...(history?.metrics.launch ?? [])];
  expect(new Set(launches)).toEqual(new Set([1, 2]));
  expect([...launches].sort()).toEqual(launches);
  const evaluated = [...(history?.evaluations.step ?? [])];
  expect(evaluated).toEqual(evaluated.map((_, index) => 50 * (index + 1)));
  expect(evaluated.length).toBeGreaterThan(3);
  dispose();
});

test("after the history come deltas: events as they are written, each once, to every follower", async () => {
  const directory = await add("killed");
  await changeLease(directory, await own());
  store.watch([root], false);
  const first = follow(directory);
  await store.refresh();
  const second = follow(directory);
  await store.refresh();
  const known = first.histories[0]?.events.length ?? 0;
  const event = { time: "2026-11-01T10:00:00.000Z", launch: 1, step: 60, type: "paused" };
  await appendFile(path.join(directory, "events.ndjson"), `${JSON.stringify(event)}\n`);
  await store.refresh();
  for (const { histories, deltas } of [first, second]) {
    expect(histories).toHaveLength(1);
    expect(histories[0]?.events).toHaveLength(known);
    expect(deltas.flatMap(({ events }) => events ?? [])).toMatchObject([{ type: "paused", step: 60 }]);
  }
  first.dispose();
  second.dispose();
});

test("metrics that grow byte by byte arrive as the same rows as those read at once", async () => {
  const directory = await add("completed");
  const segment = path.join(directory, "metrics", "0001.arrows");
  const bytes = await readFile(segment);
  await writeFile(segment, bytes.subarray(0, 700));
  store.watch([root], false);
  const { histories, deltas, dispose } = follow(directory);
  await store.refresh();
  for (let at = 700; at < bytes.length; at += 1777) {
    await appendFile(segment, bytes.subarray(at, at + 1777));
    await store.refresh();
  }
  const rows = [histories[0]?.metrics, ...deltas.map(({ metrics }) => metrics)];
  expect(rows.flatMap((columns) => [...(columns?.step ?? [])])).toEqual(Array.from({ length: 150 }, (_, step) => step));
  dispose();
});

test("a run without a manifest yet has its history sent as soon as there is one", async () => {
  const directory = await add("killed");
  await changeLease(directory, { ...(await own()), state: "starting" });
  await rename(path.join(directory, "run.json"), path.join(root, "manifest"));
  store.watch([root], false);
  const { histories, refusals, dispose } = follow(directory);
  await store.refresh();
  expect([histories.length, refusals.length > 0]).toEqual([0, true]);
  await rename(path.join(root, "manifest"), path.join(directory, "run.json"));
  await store.refresh();
  expect(histories).toHaveLength(1);
  dispose();
});

test("a run that is deleted is said to be gone where it is open, and read anew when it is there again", async () => {
  const directory = await add("completed");
  store.watch([root], false);
  const { histories, refusals, dispose } = follow(directory);
  await store.refresh();
  await rename(directory, path.join(root, ".aside"));
  await store.refresh();
  await store.refresh();
  expect(store.runs).toEqual([]);
  expect(refusals).toEqual([expect.stringContaining(directory)]);
  await rename(path.join(root, ".aside"), directory);
  await store.refresh();
  expect(histories.map(({ metrics }) => metrics.length)).toEqual([150, 150]);
  dispose();
});

test("a refresh ends although a run is never at rest", async () => {
  const directory = await add("killed");
  await changeLease(directory, await own());
  store.watch([root], false);
  await store.refresh();
  let [writing, counter] = [true, 1];
  const writer = (async () => {
    while (writing) {
      await changeLease(directory, { counter: ++counter });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  await store.refresh();
  writing = false;
  await writer;
  expect(store.get(directory)?.status.state).toBe("running");
});

test("a manifest that cannot be read is a damaged run with a reason", async () => {
  const directory = await add("completed");
  await writeFile(path.join(directory, "run.json"), '{"format": "something else"}');
  store.watch([root], false);
  await store.refresh();
  expect(store.get(directory)?.status).toMatchObject({
    state: "damaged",
    sentence: expect.stringContaining("run.json"),
  });
});

test("hostile files are reported and harm no other run", async () => {
  const bad = await add("completed", "bad");
  await writeFile(path.join(bad, "events.ndjson"), '\u0000\n{"type":"completed"}\n[[[[[\n');
  await writeFile(path.join(bad, "metrics", "0001.arrows"), Buffer.alloc(4096, 0xff));
  await writeFile(path.join(bad, "lease.json"), "null");
  const good = await add("completed", "good");
  store.watch([root], false);
  const { histories, dispose } = follow(bad);
  await store.refresh();
  expect(store.get(good)?.status.state).toBe("completed");
  expect(histories[0]?.metrics.length).toBe(0);
  expect(said.length).toBeGreaterThanOrEqual(3);
  dispose();
});
