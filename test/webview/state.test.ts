import { expect, test } from "vitest";
import { createRecording } from "../../webviews/run/dev/recording.ts";
import { parseIncoming } from "../../webviews/run/incoming.ts";
import { createJournal, lastCheckpointStep, readEvents } from "../../webviews/run/journal.ts";
import { smooth } from "../../webviews/run/smoothing.ts";
import { applied, hydrated, type RunState } from "../../webviews/run/state.ts";
import { deltaMessage, hydrateMessage } from "./support/messages.ts";
import type { ToRunView } from "../../webviews/messages/runView.ts";

const recording = createRecording({ steps: 3000, layers: 11, stages: "4-7-11" });

function hydrate(message: ToRunView): RunState {
  const parsed = parseIncoming(message);
  if (parsed?.type !== "hydrate") throw new Error("not a hydrate");
  return hydrated(parsed);
}

function apply(state: RunState, message: ToRunView): RunState {
  const parsed = parseIncoming(message);
  if (parsed?.type !== "delta") throw new Error("not a delta");
  return applied(state, parsed);
}

/** Everything about the rows that a picture could show. */
function snapshot({ rows, evaluations }: RunState) {
  const { length } = rows;
  return {
    length,
    completed: rows.completed,
    step: [...rows.step.subarray(0, length)],
    loss: [...rows.loss.subarray(0, length)],
    launch: [...rows.launch.subarray(0, length)],
    flops: [...rows.flopsBefore.subarray(0, length), rows.flops],
    seconds: [...rows.secondsBefore.subarray(0, length), rows.seconds],
    activity: [...rows.activity(0, length)],
    part: [...rows.activity(Math.floor(length / 3), Math.floor(length / 2))],
    evaluations,
  };
}

test("deltas of any size lead to the same state as one hydrate", () => {
  let state = hydrate(hydrateMessage(recording, 0));
  let done = 0;
  for (const size of [1, 1, 7, 250, 6, 1024, 300, 256, 512, 643]) {
    state = apply(state, deltaMessage(recording, done, done + size));
    done += size;
  }
  expect(done).toBe(3000);
  expect(snapshot(state)).toEqual(snapshot(hydrate(hydrateMessage(recording, 3000))));
});

test("counting active layers over any range agrees with counting row by row", () => {
  const { rows } = hydrate(hydrateMessage(recording, 3000));
  for (const [from, to] of [
    [0, 3000],
    [0, 1],
    [255, 257],
    [256, 512],
    [511, 2049],
    [2999, 3000],
    [700, 700],
  ] as const) {
    const expected = Array.from({ length: 11 }, (_, layer) => {
      let active = 0;
      for (let row = from; row < to; row++) if (rows.isActive(row, layer)) active++;
      return active;
    });
    expect([...rows.activity(from, to)]).toEqual(expected);
  }
});

test("rows of a later launch replace the recomputed steps and all after them", () => {
  const resumed = createRecording({ steps: 3000, layers: 11, stages: "4-7-11", restarts: [1000], spikes: { 950: 5 } });
  let state = hydrate(hydrateMessage(recording, 1700));
  expect(state.evaluations.at(-1)?.step).toBe(1650);
  state = apply(state, { type: "delta", metrics: resumed.metrics(900, 960) });
  expect(state.rows.length).toBe(960);
  expect(state.rows.completed).toBe(960);
  expect(state.rows.launch[899]).toBe(1);
  expect(state.rows.launch[900]).toBe(2);
  expect(state.rows.loss[950]).toBe(resumed.metrics(950, 951).loss[0]);
  // An evaluation of the past that is being rewritten would stand to the right of "now".
  expect(state.evaluations.at(-1)?.step).toBe(900);
  const fresh = hydrate(hydrateMessage(recording, 900));
  const rebuilt = apply(fresh, { type: "delta", metrics: resumed.metrics(900, 960) });
  expect(snapshot(state)).toEqual(snapshot(rebuilt));
});

test("rows that go back within one delta supersede too", () => {
  const state = hydrate(hydrateMessage(recording, 500));
  const next = apply(state, { type: "delta", metrics: recording.metrics(400, 700) });
  expect(snapshot(next)).toEqual(
    snapshot(apply(hydrate(hydrateMessage(recording, 400)), { type: "delta", metrics: recording.metrics(400, 700) })),
  );
});

test("smoothing starts afresh at a stage border and at a restart: nothing bleeds over", () => {
  const resumed = createRecording({
    steps: 3000,
    layers: 11,
    stages: "4-7-11",
    restarts: [1000],
    spikes: { 899: 50, 999: 50 },
  });
  const { rows } = hydrate(hydrateMessage(resumed, 2000));
  const smoothed = smooth(rows, 0.98);
  // Each of these is the first row of a launch or a stage, right after a huge loss or at a border.
  expect(rows.stage[999]).not.toBe(rows.stage[1000]);
  for (const row of [0, 900, 1000]) expect(smoothed[row]).toBeCloseTo(rows.loss[row] ?? NaN, 5);
  expect(smoothed[950]).toBeLessThan(10);
  expect(smoothed[1001]).toBeLessThan(10);
});

test("smoothing with bias correction of equal losses is that loss, and skips what is not finite", () => {
  const broken = createRecording({ steps: 3000, notFinite: [20, 21] });
  const { rows } = hydrate(hydrateMessage(broken, 100));
  const smoothed = smooth(rows, 0.9);
  expect(smoothed[20]).toBeNaN();
  expect(Number.isFinite(smoothed[22])).toBe(true);
  rows.loss.fill(3);
  for (const value of smooth(rows, 0.9)) expect(value).toBeCloseTo(3, 6);
});

test("the journal knows which checkpoints stand and where a resume would go on", () => {
  const { journal } = hydrate(hydrateMessage(recording, 1700));
  const marks = [...journal.checkpoints.values()];
  expect(marks.filter((mark) => mark.removed).length).toBeGreaterThan(0);
  expect(marks.find((mark) => mark.step === 900)?.reasons).toEqual(["cadence"]);
  expect(lastCheckpointStep(journal)).toBe(1650);
});

test("a launch that goes back before a stage's end takes its being done back", () => {
  const { events } = hydrateMessage(recording, 3000);
  const left = events.filter((event) => event.type === "stageLeft");
  const launched = events.find((event) => event.type === "launched");
  if (!launched || left.length !== 3) throw new Error("the recording has three stages and a launch");
  const journal = readEvents(createJournal(), events);
  expect([...journal.stagesLeft.keys()]).toEqual([0, 1, 2]);
  const back = readEvents(journal, [{ ...launched, launch: 2, fromStep: left[0]?.step ?? 0 }]);
  expect([...back.stagesLeft.keys()]).toEqual([0]);
});
