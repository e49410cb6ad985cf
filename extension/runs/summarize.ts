/** From what the files of a run say to the facts about it. Pure: no clock is read, all times are the trainer's own. */
import type { Plan, PlannedStage } from "../../trainer/plan/plan.ts";
import type { Problem } from "../../trainer/protocol/errors.ts";
import type { RunEvent } from "../../trainer/protocol/events.ts";
import type { Lease } from "../../trainer/protocol/lease.ts";
import type { RunManifest } from "../../trainer/protocol/manifest.ts";
import type { RunStatus } from "../../trainer/protocol/status.ts";
import { isLive, type CheckpointFacts, type RunFacts, type StageFacts, type WorkAtRisk } from "./facts.ts";
import { remainingSeconds, type Pace } from "./remaining.ts";

export interface Sources {
  readonly directory: string;
  readonly id: string;
  readonly manifest: RunManifest | null;
  readonly plan: Plan | null;
  readonly events: readonly RunEvent[];
  readonly lease: Lease | null;
  readonly status: RunStatus;
  readonly latest: LatestRows | null;
}

/** The end of the metrics: the last row and the pace of the last few. */
export interface LatestRows {
  readonly launch: number;
  readonly step: number;
  readonly loss: number;
  readonly tokensPerSecond: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly pace: Pace;
}

export function summarize(sources: Sources): RunFacts {
  const { directory, id, manifest, plan, events, lease, status, latest } = sources;
  const launch = Math.max(lease?.launch ?? 0, events.at(-1)?.launch ?? 0);
  const step = stepsDone(sources, launch);
  const checkpoints = checkpointsOf(events);
  const live = isLive(status);
  const evaluated = events.findLast((event) => event.type === "evaluated");
  return {
    directory,
    id,
    name: manifest?.name ?? id,
    createdAt: manifest ? Date.parse(manifest.createdAt) || 0 : 0,
    schedulePath: manifest?.schedule.path ?? null,
    status,
    problems: status.state === "failed" ? problemsOf(events) : [],
    launch,
    lease,
    progress: {
      step,
      steps: plan?.steps ?? null,
      tokensPerSecond: live && latest ? latest.tokensPerSecond : null,
      remainingSeconds: live && latest && plan ? remainingSeconds(plan, step, latest.pace) : null,
    },
    loss: live && latest ? latest.loss : null,
    evaluation: evaluated ? { step: evaluated.step, loss: evaluated.loss } : null,
    stages: (plan?.stages ?? []).map((stage) => stageFacts(stage, step, status, events)),
    checkpoints,
    atRisk: workAtRisk(events, checkpoints, latest, launch),
  };
}

/** A resume goes back to its checkpoint, so only what the latest launch says counts. */
function stepsDone({ lease, events, latest }: Sources, launch: number): number {
  const said = [
    lease?.launch === launch ? lease.step : 0,
    latest?.launch === launch ? latest.step + 1 : 0,
    ...events.filter((event) => event.launch === launch).map((event) => event.step),
  ];
  return Math.max(0, ...said);
}

function problemsOf(events: readonly RunEvent[]): readonly Problem[] {
  const end = events.findLast((event) => event.type === "failed");
  return end?.problems ?? [];
}

function checkpointsOf(events: readonly RunEvent[]): CheckpointFacts[] {
  const there = new Map<string, CheckpointFacts>();
  for (const event of events) {
    if (event.type === "checkpointRemoved") there.delete(event.name);
    if (event.type !== "checkpointSaved") continue;
    const { name, step, bytes, kept: reasons, time } = event;
    there.set(name, { name, step, bytes, reasons, time });
  }
  return [...there.values()].sort((a, b) => b.step - a.step);
}

function stageFacts(stage: PlannedStage, step: number, status: RunStatus, events: readonly RunEvent[]): StageFacts {
  const { index, name, firstStep, lastStep, meanLayers } = stage;
  const base = { index, name, firstStep, lastStep, meanLayers };
  if (step > lastStep) {
    const left = events.findLast((event) => event.type === "stageLeft" && event.stage === index);
    const losses =
      left?.type === "stageLeft"
        ? { lossAtEntry: left.lossAtEntry, lossAtExit: left.lossAtExit }
        : { lossAtEntry: null, lossAtExit: null };
    return { ...base, state: { kind: "done", ...losses } };
  }
  const begun = step > firstStep || (step === firstStep && status.state !== "preparing");
  if (!begun) return { ...base, state: { kind: "waiting" } };
  return { ...base, state: { kind: "running", share: (step - firstStep) / stage.steps } };
}

function workAtRisk(
  events: readonly RunEvent[],
  checkpoints: readonly CheckpointFacts[],
  latest: LatestRows | null,
  launch: number,
): WorkAtRisk {
  const safe = checkpoints[0];
  const launched = events.findLast((event) => event.type === "launched" && event.launch === launch);
  const since = Math.max(...[safe?.time, launched?.time].map((time) => (time ? Date.parse(time) || 0 : 0)));
  const seconds = latest && since > 0 ? Math.max(0, (latest.time - since) / 1000) : null;
  return { seconds, sinceStep: safe?.step ?? null };
}
