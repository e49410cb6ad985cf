/** Requests, interrupts and limits: where the run ends, what is saved, what is answered. */
import { describe, expect, test } from "vitest";
import type { Finish } from "../../../trainer/ports.ts";
import type { ControlAction } from "../../../trainer/protocol/events.ts";
import { train } from "../../../trainer/train.ts";
import { referenceEngine } from "../../support/engines.ts";
import { MemoryWorld } from "../../support/memoryWorld.ts";
import { eventsOf } from "../../support/runs.ts";
import { tinySchedule } from "../../support/tinySchedule.ts";

const { create: createEngine } = referenceEngine;

/** Checkpoints at 5, 10, 15 and at the stage ends 6, 12, 18; evaluated there only, so that no best one comes between. */
const schedule = tinySchedule({ checkpoint: { everySteps: 5 }, evaluation: { everySteps: 1000 } });

interface Ladder {
  readonly action: ControlAction;
  readonly askedAt: number;
  readonly endsAt: number;
  readonly reasons: readonly string[];
}

const ladder: readonly Ladder[] = [
  { action: "stop-now", askedAt: 0, endsAt: 0, reasons: ["final"] },
  { action: "stop-now", askedAt: 3, endsAt: 3, reasons: ["final"] },
  { action: "stop-after-checkpoint", askedAt: 3, endsAt: 5, reasons: ["cadence", "final"] },
  { action: "stop-after-checkpoint", askedAt: 10, endsAt: 10, reasons: ["cadence", "final"] },
  { action: "stop-after-stage", askedAt: 7, endsAt: 12, reasons: ["stageEnd", "final"] },
];

describe("the stop ladder", () => {
  test.each(ladder)("$action at $askedAt ends at $endsAt", async ({ action, askedAt, endsAt, reasons }) => {
    const world = new MemoryWorld(schedule, { createEngine });
    askAt(world, askedAt, action);
    expect(await train(world)).toBe("stopped");
    expect(world.rows).toHaveLength(endsAt);
    expect(world.saved.at(-1)!.state).toMatchObject({ step: endsAt });
    expect(world.saved.at(-1)!.state.reasons).toEqual(expect.arrayContaining([...reasons]));
    expect(world.events.at(-1)).toEqual({ type: "stopped", step: endsAt, reason: "request" });
    expect(world.answers).toMatchObject([{ action, accepted: true, step: askedAt }]);
    expect(eventsOf(world, "requested")).toMatchObject([{ step: askedAt, action, by: "test", request: "request-1" }]);
    expect(world.open.size).toBe(0);
  });

  test("a later word counts: resume withdraws a stop, a harder stop overtakes a softer one", async () => {
    const withdrawn = new MemoryWorld(schedule, { createEngine });
    askAt(withdrawn, 1, "stop-after-stage");
    askAt(withdrawn, 2, "resume");
    expect(await train(withdrawn)).toBe("completed");

    const overtaken = new MemoryWorld(schedule, { createEngine });
    askAt(overtaken, 1, "stop-after-stage");
    askAt(overtaken, 2, "stop-now");
    expect(await train(overtaken)).toBe("stopped");
    expect(overtaken.rows).toHaveLength(2);
  });
});

test("an interrupt saves a checkpoint and ends", async () => {
  const world = new MemoryWorld(schedule, { createEngine });
  world.onProgress = (_, step) => (world.interrupt.aborted = step === 4);
  expect(await train(world)).toBe("interrupted");
  expect(world.saved.map(({ state }) => state.step)).toEqual([4]);
  expect(world.events.at(-1)).toEqual({ type: "stopped", step: 4, reason: "interrupt" });
});

test("a limit of steps ends the launch with a checkpoint; the next launch goes on", async () => {
  const first = new MemoryWorld(schedule, { createEngine, stopAtStep: 4 });
  expect(await train(first)).toBe("stopped");
  const second = new MemoryWorld(schedule, { createEngine, from: first.saved.at(-1)!, stopAtStep: 7 });
  expect(await train(second)).toBe("stopped");
  expect(second.rows.map(({ step }) => step)).toEqual([4, 5, 6]);
});

test("a checkpoint on request is saved once, and not again where one is due anyway", async () => {
  const world = new MemoryWorld(schedule, { createEngine });
  askAt(world, 3, "checkpoint");
  askAt(world, 5, "checkpoint");
  expect(await train(world)).toBe("completed");
  expect(world.saved.slice(0, 2).map(({ state }) => [state.step, state.reasons])).toEqual([
    [3, ["request"]],
    [5, ["cadence", "request"]],
  ]);
});

test("what was saved before a resume is not saved again, and is not the next checkpoint", async () => {
  const first = new MemoryWorld(schedule, { createEngine, stopAtStep: 5 });
  await train(first);
  const second = new MemoryWorld(schedule, { createEngine, from: first.saved.at(-1)! });
  askAt(second, 5, "stop-after-checkpoint");
  expect(await train(second)).toBe("stopped");
  expect(second.saved.map(({ state }) => state.step)).toEqual([5, 6]);

  const third = new MemoryWorld(schedule, { createEngine, from: first.saved.at(-1)!, stopAtStep: 5 });
  askAt(third, 5, "checkpoint");
  expect(await train(third)).toBe("stopped");
  expect(third.saved).toHaveLength(1);
});

const endings: readonly { how: string; end: (world: MemoryWorld) => void; finish: Finish }[] = [
  { how: "stop-now", end: (world) => world.request("stop-now"), finish: "stopped" },
  { how: "stop-after-stage", end: (world) => world.request("stop-after-stage"), finish: "stopped" },
  { how: "an interrupt", end: (world) => (world.interrupt.aborted = true), finish: "interrupted" },
];

test.each(endings)("a paused run is ended by $how where it stands", async ({ end, finish }) => {
  const world = new MemoryWorld(schedule, { createEngine });
  askAt(world, 4, "pause");
  const { onProgress } = world;
  world.onProgress = (state, step) => {
    onProgress(state, step);
    if (state !== "paused") return;
    world.request("pause");
    world.request("checkpoint");
    end(world);
  };
  expect(await train(world)).toBe(finish);
  expect(world.rows).toHaveLength(4);
  expect(world.saved.map(({ state }) => state.step)).toEqual([4]);
  expect(world.states.slice(-2)).toEqual(["pausing", "paused"]);
  expect(world.answers.every(({ accepted, sentence }) => accepted && /^[A-Z].*\.$/.test(sentence))).toBe(true);
});

test("a run that is done completes again when resumed, without a step", async () => {
  const whole = new MemoryWorld(schedule, { createEngine });
  await train(whole);
  const again = new MemoryWorld(schedule, { createEngine, from: whole.saved.at(-1)! });
  expect(await train(again)).toBe("completed");
  expect(again.rows).toHaveLength(0);
  expect(again.saved).toHaveLength(1);
  expect(again.events.at(-1)).toEqual(whole.events.at(-1));
});

/** Asks once, when the loop first stands before `step`. */
function askAt(world: MemoryWorld, step: number, action: ControlAction): void {
  const before = world.onProgress;
  let asked = false;
  world.onProgress = (state, at) => {
    before(state, at);
    if (asked || state !== "running" || at !== step) return;
    asked = true;
    world.request(action);
  };
}
