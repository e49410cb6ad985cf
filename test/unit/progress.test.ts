/** What a launch says as it goes: one live line on a terminal, plain lines elsewhere. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { say } from "../../trainer/node/commandLine/output.ts";
import { Progress } from "../../trainer/node/commandLine/progress.ts";
import { resolvePlan } from "../../trainer/plan/resolvePlan.ts";
import type { MetricRow } from "../../trainer/protocol/metrics.ts";
import { tinySchedule } from "../support/tinySchedule.ts";

const plan = resolvePlan(tinySchedule({ steps: 18 }));
const row = (step: number): MetricRow => ({
  ...{ step, tokens: 32 * step, loss: 2.5, gradientNorm: 1, learningRate: 1e-3, stage: 0 },
  ...{ activeLayers: Uint8Array.of(0x1f), layerFlops: 1e6, stepMilliseconds: 100, tokensPerSecond: 320, time: step },
});

const wasTerminal = process.stdout.isTTY;
let said: string;
beforeEach(() => {
  vi.useFakeTimers();
  said = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  vi.stubEnv("TERM", "xterm");
});
afterEach(() => {
  // Takes the live line away.
  say();
  process.stdout.isTTY = wasTerminal;
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

function begun(terminal: boolean): Progress {
  process.stdout.isTTY = terminal;
  const progress = new Progress();
  progress.begin(plan);
  return progress;
}

describe("progress", () => {
  test("on a terminal one line is rewritten: stage, step, loss, pace, time left", () => {
    const progress = begun(true);
    progress.metric(row(0));
    vi.advanceTimersByTime(1000);
    progress.metric(row(1));
    const lines = said.split("\r").slice(1);
    expect(lines).toHaveLength(2);
    expect(said).not.toContain("\n");
    expect(lines[1]).toMatch(/stage 1 \(3 of 5 layers\) {2}step 2\/18 {2}loss 2\.500 {2}320 tokens\/s {2}\d+ s left$/);
  });

  test("the line is cut to the terminal's width, and whole where the width is not known", () => {
    const columns = Object.getOwnPropertyDescriptor(process.stdout, "columns");
    for (const [width, end] of [
      [40, "step 1/18  los"],
      [0, " s left"],
    ] as const) {
      Object.defineProperty(process.stdout, "columns", { value: width, configurable: true });
      said = "";
      begun(true).metric(row(0));
      expect(said.endsWith(end), said).toBe(true);
    }
    if (columns) Object.defineProperty(process.stdout, "columns", columns);
    else Reflect.deleteProperty(process.stdout, "columns");
  });

  test("elsewhere a plain line now and then, without control characters", () => {
    const progress = begun(false);
    for (let step = 0; step < 18; step++) {
      progress.metric(row(step));
      vi.advanceTimersByTime(1000);
    }
    const lines = said.trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^stage 1 .* loss 2\.500 .* tokens\/s .* left$/);
  });

  test("events are lines of their own on both", () => {
    for (const terminal of [true, false]) {
      said = "";
      const about = { time: "", launch: 1, step: 6, stage: 0, name: "stage 1" };
      begun(terminal).event({ ...about, type: "stageLeft", lossAtEntry: 5.5, lossAtExit: 4.25 });
      expect(said).toContain("step 6: stage 1 ends: loss 5.500 -> 4.250.\n");
    }
  });
});
