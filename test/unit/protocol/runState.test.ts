import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../trainer/protocol/events.ts";
import type { Lease } from "../../../trainer/protocol/lease.ts";
import {
  deriveStatus,
  observeLease,
  periodsUntilLost,
  type LeaseObservation,
  type OwnerProcess,
  type RunEvidence,
} from "../../../trainer/protocol/runState.ts";

const lease = (changes: Partial<Lease> = {}): Lease => ({
  launch: 1,
  pid: 42,
  processStart: "7",
  host: "here",
  bootId: "b",
  counter: 5,
  leaseSeconds: 1,
  state: "running",
  step: 30,
  ...changes,
});
const at = (step: number, launch = 1) => ({ time: "2026-01-01T00:00:00Z", launch, step });
const launched = (launch = 1, step = 0): RunEvent => ({
  ...at(step, launch),
  type: "launched",
  pid: 42,
  engine: "cpu",
  variant: "",
  fingerprint: {},
  threads: 1,
  fromStep: step,
  node: "24",
});
const stopped = (launch = 1, step = 20): RunEvent => ({ ...at(step, launch), type: "stopped", reason: "request" });
const status = (changes: Partial<RunEvidence> = {}) =>
  deriveStatus({
    events: [launched()],
    lease: lease(),
    process: "alive",
    observation: { write: "1:5", since: 0 },
    now: 100,
    damaged: null,
    ...changes,
  });

describe("an owned run", () => {
  test.each([
    ["starting", { state: "preparing", launch: 1 }],
    ["running", { state: "running", launch: 1, pid: 42 }],
    ["pausing", { state: "running", launch: 1, pid: 42 }],
    ["paused", { state: "paused", launch: 1, pid: 42 }],
    ["stopping", { state: "stopping", launch: 1, pid: 42 }],
  ] as const)("lease %s", (state, expected) => {
    expect(status({ lease: lease({ state }) })).toEqual(expected);
  });

  test("a second launch before its first event, after a run that was stopped", () => {
    const events = [launched(), stopped()];
    expect(status({ events, lease: lease({ launch: 2, state: "starting" }) })).toEqual({
      state: "preparing",
      launch: 2,
    });
  });

  test("a process that is alive owns its run however long its counter stands", () => {
    expect(status({ now: 1e9 }).state).toBe("running");
  });
});

describe("an ended run", () => {
  test.each([
    [{ ...at(50), type: "completed", loss: 1 }, { state: "completed" }],
    [stopped(), { state: "stopped" }],
    [
      { ...at(9), type: "nonFinite", what: "loss", tensor: "loss", lastCheckpoint: null },
      { state: "nonFinite", step: 9, tensor: "loss" },
    ],
    [
      { ...at(9), type: "failed", code: "x", sentence: "S.", remedy: "R." },
      { state: "failed", sentence: "S.", remedy: "R." },
    ],
  ] as const)("%o", (event, expected) => {
    for (const process of ["alive", "gone", "elsewhere", "unknown"] as const) {
      expect(status({ events: [launched(), event as RunEvent], process })).toEqual(expected);
    }
  });

  test("a launch that let go before its first event leaves the run as it was", () => {
    const let_go = lease({ launch: 2, state: "ended" });
    expect(status({ events: [launched(), stopped()], lease: let_go, process: "gone" })).toEqual({ state: "stopped" });
    expect(status({ events: [], lease: lease({ state: "ended" }), process: "gone" })).toEqual({ state: "stopped" });
  });
});

describe("a lost run", () => {
  test("its process is gone, or its pid was given to another", () => {
    expect(status({ process: "gone" })).toEqual({ state: "lost", lastStep: 30 });
    expect(status({ process: "gone", lease: lease({ state: "paused" }) }).state).toBe("lost");
    expect(status({ process: "gone", lease: lease({ state: "ended" }) }).state).toBe("lost");
  });

  test("an earlier launch's last word does not speak for a later one", () => {
    const events = [launched(), stopped(1, 20), launched(2, 20)];
    expect(status({ events, lease: lease({ launch: 2, step: 25 }), process: "gone" })).toEqual({
      state: "lost",
      lastStep: 25,
    });
    expect(status({ events, lease: null, process: "unknown" })).toEqual({ state: "lost", lastStep: 20 });
  });

  test.each(["elsewhere", "unknown"] as const)("%s: the counter stood still for its periods, not before", (process) => {
    const still = 1000 * periodsUntilLost;
    expect(status({ process, now: still }).state).toBe("running");
    expect(status({ process, now: still + 1 }).state).toBe("lost");
    expect(status({ process, now: still + 1, lease: lease({ leaseSeconds: 10 }) }).state).toBe("running");
  });
});

test("a watcher that has just begun grants a still lease its time, and each write anew", () => {
  let seen: LeaseObservation | null = null;
  const look = (now: number, counter: number, process: OwnerProcess = "elsewhere") => {
    const found = lease({ counter });
    seen = observeLease(seen, found, now);
    return status({ lease: found, process, observation: seen, now }).state;
  };
  expect(look(1_000_000, 5)).toBe("running");
  expect(look(1_003_000, 5)).toBe("running");
  expect(look(1_003_001, 5)).toBe("lost");
  expect(look(1_004_000, 6)).toBe("running");
  expect(look(1_007_000, 6)).toBe("running");
  expect(look(1_007_100, 7)).toBe("running");
  expect(look(1_010_101, 7)).toBe("lost");
});

test("a directory that nothing has been said of is being prepared, until it stays so", () => {
  const nothing = { events: [], lease: null, process: "unknown", observation: { write: null, since: 0 } } as const;
  expect(status({ ...nothing, now: 9_000 })).toEqual({ state: "preparing", launch: 1 });
  expect(status({ ...nothing, now: 11_000 })).toEqual({ state: "lost", lastStep: 0 });
});

test("a run.json that cannot be read is all there is to say", () => {
  expect(status({ damaged: "run.json: not JSON." })).toEqual({ state: "damaged", sentence: "run.json: not JSON." });
});
