import { expect, test } from "vitest";
import { resolvePlan } from "../../../trainer/plan/resolvePlan.ts";
import { parseSchedule } from "../../../trainer/plan/schedule.ts";
import type { RunEvent } from "../../../trainer/protocol/events.ts";
import type { Schedule } from "../../../trainer/protocol/config.ts";
import { scheduleTemplate, dataGlobs } from "../../../extension/features/scheduleTemplate.ts";
import { planHints, stageHint } from "../../../extension/language/inlayText.ts";
import { stageSpots } from "../../../extension/language/stageSpots.ts";
import { untranslated as t } from "../../../extension/host/translate.ts";
import { isRunOf, latestRunOf } from "../../../extension/language/scheduleRuns.ts";
import { remainingSeconds } from "../../../extension/runs/remaining.ts";
import { summarize, type Sources } from "../../../extension/runs/summarize.ts";
import { runFacts } from "../../support/runFacts.ts";

const text = scheduleTemplate(["**/*.md"]);
const schedule = parsed(text);
const plan = resolvePlan(schedule);

function parsed(source: string): Schedule {
  const result = parseSchedule(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

const minute = 60_000;
const start = Date.parse("2026-11-01T10:00:00Z");
const at = (minutes: number): string => new Date(start + minutes * minute).toISOString();
const base = (minutes: number, step: number, launch = 1) => ({ time: at(minutes), launch, step });
const saved = (minutes: number, step: number, launch = 1): RunEvent => ({
  ...base(minutes, step, launch),
  type: "checkpointSaved",
  name: `step-${String(step).padStart(8, "0")}`,
  bytes: 1000,
  kept: ["cadence"],
});
const launched = (minutes: number, step: number, launch: number): RunEvent => ({
  ...base(minutes, step, launch),
  type: "launched",
  pid: 12,
  engine: "cpu",
  variant: "simd",
  fingerprint: {},
  threads: 2,
  fromStep: step,
  node: "24.21.0",
});

const sources = (changes: Partial<Sources>): Sources => ({
  directory: "/project/runs/a",
  id: "a",
  manifest: null,
  plan,
  events: [],
  lease: null,
  status: { state: "running", launch: 1, pid: 12 },
  latest: null,
  ...changes,
});
const latest = (launch: number, step: number, minutes: number): Sources["latest"] => ({
  launch,
  step,
  loss: 2,
  tokensPerSecond: 1000,
  time: start + minutes * minute,
  pace: { steps: 10, milliseconds: 1000, layerFlops: 10 * 6 * plan.layerFlopsPerStep },
});

test("a new schedule can be launched as it stands, with the text that is there", () => {
  expect(plan.stages.map(({ meanLayers }) => meanLayers)).toEqual([6, 8, 10, 12]);
  expect(dataGlobs(["/w/a.md", "/w/b.txt"])).toEqual(["**/*.txt", "**/*.md"]);
  expect(dataGlobs(["/w/README.md", "/w/corpus.jsonl"])).toEqual(["**/*.jsonl"]);
  expect(parsed(scheduleTemplate(dataGlobs([]))).data.files).toEqual(["**/*.txt", "**/*.md"]);
});

test("work at risk is the trainer's own time since its last checkpoint", () => {
  const events = [launched(0, 0, 1), saved(10, 500)];
  const facts = summarize(sources({ events, latest: latest(1, 549, 21) }));
  expect(facts.atRisk).toEqual({ seconds: 660, sinceStep: 500 });
  expect(facts.progress).toMatchObject({ step: 550, steps: 2000, tokensPerSecond: 1000 });
  expect(facts.stages.map(({ state }) => state.kind)).toEqual(["done", "running", "waiting", "waiting"]);
});

test("a resume goes back to its checkpoint: steps of earlier launches no longer count", () => {
  const events = [launched(0, 0, 1), saved(10, 500), launched(60, 500, 2)];
  const facts = summarize(sources({ events, latest: latest(1, 900, 20) }));
  expect(facts.progress.step).toBe(500);
  expect(facts.atRisk.sinceStep).toBe(500);
  expect(facts.atRisk.seconds).toBe(0);
});

test("checkpoints that were removed are not listed, newest first", () => {
  const removed: RunEvent = { ...base(30, 750), type: "checkpointRemoved", name: "step-00000250" };
  const facts = summarize(sources({ events: [saved(10, 250), saved(20, 500), saved(30, 750), removed] }));
  expect(facts.checkpoints.map(({ step }) => step)).toEqual([750, 500]);
});

test("a stage that was left shows the losses it began and ended with", () => {
  const left: RunEvent = {
    ...base(10, 500),
    type: "stageLeft",
    stage: 0,
    name: "stage 1",
    lossAtEntry: 5.6,
    lossAtExit: 3,
  };
  const facts = summarize(sources({ events: [left], latest: latest(1, 500, 11) }));
  expect(facts.stages[0]?.state).toEqual({ kind: "done", lossAtEntry: 5.6, lossAtExit: 3 });
});

test("time left counts deeper stages as slower", () => {
  const pace = { steps: 1, milliseconds: 100, layerFlops: 6 * plan.layerFlopsPerStep };
  const atPace = (step: number): number => remainingSeconds(plan, step, pace) ?? NaN;
  const perFlop = 100 / (pace.layerFlops + plan.otherFlopsPerStep);
  const last = plan.otherFlopsPerStep + 12 * plan.layerFlopsPerStep;
  expect(atPace(1999)).toBeCloseTo((last * perFlop) / 1000, 6);
  expect(atPace(2000)).toBe(0);
  expect(atPace(0)).toBeGreaterThan(200);
  expect(remainingSeconds(plan, 0, { steps: 0, milliseconds: 0, layerFlops: 0 })).toBeNull();
});

test("each stage is found at its own place in the text", () => {
  const result = parseSchedule(text);
  const spots = stageSpots(result, plan).map(({ span }) => text.slice(span.offset, span.offset + span.length));
  expect(spots).toEqual(['{ "layers": 6 }', '{ "layers": 8 }', '{ "layers": 10 }', '{ "layers": 12 }']);
});

test("stages written as one text share its place, and warm-up stands at its own key", () => {
  const short = text.replace(/"stages": \[[^\]]*\]/, '"stages": "6-12", "warmupFullSteps": 100');
  const result = parseSchedule(short);
  const spots = stageSpots(result, resolvePlan(parsed(short)));
  expect(spots.map(({ span }) => short.slice(span.offset, span.offset + span.length))).toEqual([
    "100",
    '"6-12"',
    '"6-12"',
  ]);
});

test("hints say what stages and run come to", () => {
  const plain = (each: string): string => each.replaceAll("\u202f", " ");
  const second = plan.stages[1] && stageHint(plan.stages[1], t);
  expect(plain(second?.text ?? "")).toMatch(/^500 - 999 · keep 0\.60 · lr \d\.\de-4$/);
  expect(second?.tooltip).toContain("probability 0.60");
  const hints = planHints(schedule, plan, t).map((hint) => `${hint.path.join(".")}: ${plain(hint.text)}`);
  expect(hints).toContain("steps: 1.02 M tokens");
  expect(hints).toContain("batch.length: 512 tokens a step");
  expect(hints).toContain("strategy.kind: 0.750 of layer FLOPs, 1.33x");
});

test("a run belongs to the schedule it names, relative names looked for upward from the run", () => {
  const run = (schedulePath: string | null) => ({ directory: "/project/runs/a", schedulePath });
  expect(isRunOf("/project/s/a.raptr.json", run("/project/s/a.raptr.json"))).toBe(true);
  expect(isRunOf("/project/s/a.raptr.json", run("s/a.raptr.json"))).toBe(true);
  expect(isRunOf("/elsewhere/s/a.raptr.json", run("s/a.raptr.json"))).toBe(false);
  expect(isRunOf("/project/s/a.raptr.json", run(null))).toBe(false);
});

test("of several runs of a schedule the live one counts, else the newest", () => {
  const file = "/project/bert-small.raptr.json";
  const newest = runFacts({ directory: "/project/runs/3", status: { state: "completed" } });
  const live = runFacts({ directory: "/project/runs/2" });
  expect(latestRunOf(file, [newest, live])).toBe(live);
  expect(latestRunOf(file, [newest, { ...live, status: { state: "stopped" } }])).toBe(newest);
});
