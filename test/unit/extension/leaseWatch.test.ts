/** How often the system is asked after a run's process, and that no answer outlives the lease that it was about. */
import { expect, test } from "vitest";
import { LeaseWatch } from "../../../extension/runs/leaseWatch.ts";
import type { ProcessState } from "../../../extension/runs/processIdentity.ts";
import type { Lease } from "../../../trainer/protocol/lease.ts";

const lease: Lease = {
  launch: 1,
  pid: 4711,
  processStart: "1",
  host: "here",
  bootId: "boot",
  counter: 1,
  leaseSeconds: 1,
  state: "running",
  step: 0,
};

function watch(costly: boolean) {
  let answer: ProcessState = "alive";
  let asked = 0;
  const leases = new LeaseWatch(async () => (asked++, answer), costly);
  return {
    asked: () => asked,
    end: () => (answer = "gone"),
    status: async (now: number, change: Partial<Lease> = {}) =>
      (await leases.status({ lease: { ...lease, ...change }, events: [], damaged: null, now })).state,
  };
}

test("where asking starts a command, a lease that moves answers for its process", async () => {
  const run = watch(true);
  for (let now = 0; now < 10_000; now += 250) {
    expect(await run.status(now, { counter: Math.floor(now / 1000) })).toBe("running");
  }
  expect(run.asked()).toBe(1);
});

test("a lease that stands still, and one of another launch, is asked after again", async () => {
  const run = watch(true);
  expect(await run.status(0)).toBe("running");
  run.end();
  expect(await run.status(1999)).toBe("running");
  expect(await run.status(2000)).toBe("lost");
  const next = watch(true);
  expect(await next.status(0)).toBe("running");
  next.end();
  expect(await next.status(100, { launch: 2 })).toBe("lost");
});

test("where a file tells, every look asks", async () => {
  const run = watch(false);
  expect(await run.status(0)).toBe("running");
  run.end();
  expect(await run.status(1)).toBe("lost");
});
