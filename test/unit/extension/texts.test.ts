import { expect, test } from "vitest";
import { riskText, shortRiskText } from "../../../extension/features/riskText.ts";
import { checkpointRow, runRow } from "../../../extension/features/runsTree.ts";
import { statusBarDetails, statusBarText } from "../../../extension/features/statusBarText.ts";
import { abilitiesOf, runDescription, statusIcon, statusWord } from "../../../extension/features/statusText.ts";
import { stopLadder } from "../../../extension/features/stopLadder.ts";
import * as format from "../../../extension/host/format.ts";
import { untranslated as t } from "../../../extension/host/translate.ts";
import { stageText } from "../../../extension/language/stageText.ts";
import { runFacts } from "../../support/runFacts.ts";
import type { RunFacts } from "../../../extension/runs/facts.ts";
import type { RunStatus } from "../../../trainer/protocol/status.ts";

/** Narrow no-break spaces, which hold a number and its unit together, as plain ones. */
const plain = (text: string): string => text.replaceAll("\u202f", " ");

const states: readonly RunStatus[] = [
  { state: "preparing", launch: 1 },
  { state: "running", launch: 1, pid: 1 },
  { state: "paused", launch: 1, pid: 1 },
  { state: "stopping", launch: 1, pid: 1 },
  { state: "stopped" },
  { state: "completed" },
  { state: "nonFinite", step: 7, tensor: "layer.3" },
  { state: "failed", sentence: "No.", remedy: "Do." },
  { state: "lost", lastStep: 7 },
  { state: "damaged", sentence: "run.json is no JSON." },
];

test.each([
  [0, "0"],
  [999, "999"],
  [12480, "12 480"],
  [1234567, "1 234 567"],
])("count(%d) = %s", (value, text) => expect(plain(format.count(value))).toBe(text));

test.each([
  [12, "12"],
  [999.6, "1 k"],
  [41234, "41.2 k"],
  [81.9e6, "81.9 M"],
  [2.5e13, "25 T"],
])("compact(%d) = %s", (value, text) => expect(plain(format.compact(value))).toBe(text));

test.each([
  [0, "0 s"],
  [59.4, "59 s"],
  [660, "11 min"],
  [3570, "1 h"],
  [4320, "1 h 12 min"],
  [273_600, "3 d 4 h"],
])("duration(%d) = %s", (seconds, text) => expect(format.duration(seconds, t)).toBe(text));

test("a run is never 100 % before its end", () => {
  expect(plain(format.percent(0.9999))).toBe("99 %");
  expect(plain(format.percent(1))).toBe("100 %");
});

test("each state has its own word and icon, so that colour is never the only carrier", () => {
  expect(new Set(states.map((status) => statusWord(status, t))).size).toBe(states.length);
  expect(new Set(states.map((status) => statusIcon(status).icon)).size).toBe(states.length);
});

test("a run's row says status, progress and loss, and what its menu may offer", () => {
  const row = runRow(runFacts(), t);
  expect(plain(row.description)).toBe("running · 62 % · loss 2.314");
  expect(row.contextValue).toBe("run pause checkpoint stop");
  expect(plain(row.ariaLabel)).toBe("bert-small, running, 62 %, loss 2.314");
  expect(row.expandable).toBe(true);
});

test("runs that have ended are told apart by when they began, in local time", () => {
  const createdAt = new Date(2026, 10, 3, 9, 5).getTime();
  const row = runRow(runFacts({ status: { state: "completed" }, loss: null, createdAt }), t);
  expect(row.description).toBe("completed · evaluation 2.287 · 2026-11-03 09:05");
});

test("a completed run needs no percentage, a preparing one has no figures yet", () => {
  expect(runDescription(runFacts({ status: { state: "completed" }, loss: null }), t)).toBe(
    "completed · evaluation 2.287",
  );
  expect(runDescription(runFacts({ status: { state: "preparing", launch: 1 } }), t)).toBe("preparing");
  const stopped = runFacts({ status: { state: "stopped" }, loss: null });
  expect(plain(runDescription(stopped, t))).toBe("stopped · 62 % · evaluation 2.287");
});

test("a checkpoint's row says why it is kept", () => {
  const run = runFacts();
  const [checkpoint] = run.checkpoints;
  const row = checkpoint && checkpointRow(run, checkpoint, t);
  expect(plain(`${row?.label} ${row?.description}`)).toBe("step 12 000 regular, best · 115 MB");
});

test("what can be done depends on the state alone", () => {
  expect(states.map((status) => `${status.state}: ${abilitiesOf(status).join(" ")}`)).toEqual([
    "preparing: stop",
    "running: pause checkpoint stop",
    "paused: resume stop",
    "stopping: stop",
    "stopped: resume",
    "completed: ",
    "nonFinite: resume",
    "failed: resume",
    "lost: resume",
    "damaged: ",
  ]);
});

test("the status bar says step, loss, pace, time left and work at risk", () => {
  expect(plain(statusBarText(runFacts(), t))).toBe(
    "$(play-circle) step 12 480 · loss 2.314 · 41.2 k tokens/s · 1 h 12 min left · 11 min at risk",
  );
  const paused = runFacts({
    status: { state: "paused", launch: 1, pid: 1 },
    atRisk: { seconds: 0, sinceStep: 12480 },
  });
  expect(plain(statusBarText(paused, t))).toBe("$(debug-pause) step 12 480 · paused · loss 2.314");
  expect(statusBarDetails(runFacts(), 2, t)).toMatch(/2 more live$/);
});

test("work at risk names the checkpoint that a resume would go back to", () => {
  expect(plain(riskText(runFacts(), t))).toBe("11 min since step 12 000");
  expect(plain(riskText(runFacts({ atRisk: { seconds: null, sinceStep: 12000 } }), t))).toBe(
    "480 steps since step 12 000",
  );
  expect(riskText(runFacts({ atRisk: { seconds: 60, sinceStep: null } }), t)).toBe(
    "1 min since the start, there is no checkpoint yet",
  );
  const safe = runFacts({ atRisk: { seconds: 3, sinceStep: 12480 } });
  expect(riskText(safe, t) + shortRiskText(safe, t)).toBe("");
});

test("the stop ladder goes from gentle to hard, and only what loses work asks back", () => {
  const ladder = stopLadder(runFacts(), t);
  expect(ladder.map(({ label }) => label)).toEqual([
    "After this stage",
    "After the next checkpoint",
    "Checkpoint and stop now",
    "Terminate the process tree",
    "Kill the process tree",
  ]);
  expect(ladder.map(({ confirm }) => confirm !== undefined)).toEqual([false, false, false, true, true]);
  expect(plain(ladder[0]?.detail ?? "")).toBe("In 2 520 steps, about 24 min; nothing is lost.");
  expect(plain(ladder[4]?.confirm?.loses ?? "")).toBe(
    "What would be lost: 11 min since step 12 000. It is recomputed when the run is resumed.",
  );
});

test("a run that trains on while the question is read is never said to lose nothing", () => {
  const atRisk = { seconds: 0, sinceStep: 12480 };
  const loses = (changes: Partial<RunFacts>) => stopLadder(runFacts({ atRisk, ...changes }), t)[4]?.confirm?.loses;
  expect(loses({})).toMatch(/^What would be lost/);
  expect(loses({ status: { state: "paused", launch: 1, pid: 1 } })).toBe("Nothing would be lost.");
});

test("a trainer that prepares its data reads no mailbox: only signals are offered", () => {
  const ladder = stopLadder(runFacts({ status: { state: "preparing", launch: 1 } }), t);
  expect(ladder.map(({ rung }) => rung.kind)).toEqual(["signal", "signal"]);
});

test("stages in the editor: done with losses, running with progress, waiting", () => {
  const run = runFacts();
  expect(run.stages.map((each) => plain(stageText(each, run, t)))).toEqual([
    "✓ loss 5.610 → 3.020",
    "▶ step 12 480, 49 % · loss 2.314",
    "waiting",
  ]);
});
