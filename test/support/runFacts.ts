/** Facts about an invented run, to be changed in the parts that a test is about. */
import type { RunFacts, StageFacts } from "../../extension/runs/facts.ts";

export function runFacts(changes: Partial<RunFacts> = {}): RunFacts {
  return {
    directory: "/project/runs/bert-small-1",
    id: "bert-small-1",
    name: "bert-small",
    createdAt: Date.parse("2026-11-01T10:00:00Z"),
    schedulePath: "/project/bert-small.raptr.json",
    status: { state: "running", launch: 1, pid: 4711 },
    problems: [],
    launch: 1,
    lease: null,
    progress: { step: 12480, steps: 20000, tokensPerSecond: 41234, remainingSeconds: 4320 },
    loss: 2.3141,
    evaluation: { step: 12000, loss: 2.2874 },
    stages: [
      stage(0, 0, 9999, { kind: "done", lossAtEntry: 5.61, lossAtExit: 3.02 }),
      stage(1, 10000, 14999, { kind: "running", share: 0.496 }),
      stage(2, 15000, 19999, { kind: "waiting" }),
    ],
    checkpoints: [
      {
        name: "step-00012000",
        step: 12000,
        bytes: 115_000_000,
        reasons: ["cadence", "best"],
        time: "2026-11-01T12:00:00Z",
      },
    ],
    atRisk: { seconds: 660, sinceStep: 12000 },
    ...changes,
  };
}

export const stage = (index: number, firstStep: number, lastStep: number, state: StageFacts["state"]): StageFacts => ({
  index,
  name: `stage ${index + 1}`,
  firstStep,
  lastStep,
  meanLayers: 6 + 2 * index,
  state,
});
