/** A run resumed from any of its checkpoints, or paused anywhere, is bitwise the run that was left alone. */
import { describe, expect, test } from "vitest";
import type { Schedule } from "../../../trainer/protocol/config.ts";
import { train } from "../../../trainer/train.ts";
import { testEngines } from "../../support/engines.ts";
import { MemoryWorld } from "../../support/memoryWorld.ts";
import { eventsOf, savedAt, timeless } from "../../support/runs.ts";
import { tinySchedule } from "../../support/tinySchedule.ts";

const everyStep = tinySchedule({ checkpoint: { everySteps: 1 } });

const schedules: readonly { name: string; schedule: Schedule }[] = [
  { name: "post-norm, dropout", schedule: everyStep },
  {
    name: "pre-norm, scaled branches, zero gradients",
    schedule: tinySchedule({
      checkpoint: { everySteps: 1 },
      model: { normPosition: "pre" },
      strategy: { residualScale: "sqrtBypassed", skippedUpdate: "zeroGradient", sampling: "fixedSize" },
    }),
  },
];

describe.each(testEngines)("$name engine", ({ create }) => {
  test.each(schedules)("resumed at every checkpoint: $name", async ({ schedule }) => {
    const whole = new MemoryWorld(schedule, { createEngine: create });
    expect(await train(whole)).toBe("completed");
    expect(whole.saved.map(({ state }) => state.step)).toEqual(Array.from({ length: 18 }, (_, i) => i + 1));

    for (const from of whole.saved) {
      const { step } = from.state;
      const resumed = new MemoryWorld(schedule, { createEngine: create, from });
      expect(await train(resumed)).toBe("completed");
      expect(resumed.rows.map(timeless)).toEqual(whole.rows.slice(step).map(timeless));
      // All that the whole run did from there, and nothing of what was done before; only a finished run evaluates again.
      const ahead = whole.events.filter(
        (event) =>
          event.step > step || event.type === "completed" || (event.type === "stageEntered" && event.step === step),
      );
      const again = step === 18 ? eventsOf(resumed, "evaluated") : [];
      expect(resumed.events.map(named)).toEqual([...again, ...ahead].map(named));
      expect(resumed.saved.at(-1)).toEqual(whole.saved.at(-1));
    }
  });

  test("paused at every step, the engine closed meanwhile", async () => {
    const schedule = tinySchedule();
    const whole = new MemoryWorld(schedule, { createEngine: create });
    await train(whole);

    const paused = new MemoryWorld(schedule, { createEngine: create });
    let pausedAt = -1;
    paused.onProgress = (state, step) => {
      if (state === "running" && step !== pausedAt && step < 18) {
        pausedAt = step;
        paused.request("pause");
      }
      if (state !== "paused") return;
      expect(paused.open.size, "engines open while paused").toBe(0);
      paused.request("resume");
    };
    expect(await train(paused)).toBe("completed");
    expect(eventsOf(paused, "paused").map(({ step }) => step)).toEqual(Array.from({ length: 18 }, (_, i) => i));
    expect(eventsOf(paused, "continued")).toHaveLength(18);
    expect(paused.states.slice(0, 5)).toEqual(["running", "pausing", "paused", "running", "running"]);
    expect(paused.rows.map(timeless)).toEqual(whole.rows.map(timeless));
    expect(savedAt(paused, 18)).toEqual(savedAt(whole, 18));
    expect(paused.events.filter(({ type }) => type.startsWith("stage"))).toEqual(
      whole.events.filter(({ type }) => type.startsWith("stage")),
    );
    expect(paused.open.size).toBe(0);
  });

  test("evaluation on or off, and how often, does not touch training", async () => {
    const often = new MemoryWorld(tinySchedule({ evaluation: { everySteps: 1, batches: 3 } }), {
      createEngine: create,
    });
    const seldom = new MemoryWorld(tinySchedule({ evaluation: { everySteps: 1000, batches: 1 } }), {
      createEngine: create,
    });
    await train(often);
    await train(seldom);
    expect(often.evaluations).toHaveLength(18);
    // Each stage's end, and with it the run's.
    expect(seldom.evaluations.map(({ step }) => step)).toEqual([6, 12, 18]);
    expect(often.rows.map(timeless)).toEqual(seldom.rows.map(timeless));
    expect(savedAt(often, 18).weights).toEqual(savedAt(seldom, 18).weights);
  });
});

/** An event without the time that an evaluation took. */
const named = (event: object): object => ({ ...event, milliseconds: 0 });
