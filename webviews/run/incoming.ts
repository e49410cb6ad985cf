/**
 * Messages to the run view, parsed: an unknown value becomes a message with checked columns, or null. The view keeps
 * only the facts of the manifest that it shows, so a manifest of a later version still opens.
 */
import { fields, finite, known, listOf, natural, text, type Fields } from "../kit/check.ts";
import { evaluationColumns, metricColumns } from "./incomingColumns.ts";
import { runEvent } from "./incomingEvents.ts";
import type { FlopsLedger, Plan, PlannedStage } from "../../trainer/plan/plan.ts";
import type { RunEvent } from "../../trainer/protocol/events.ts";
import type { EvaluationColumns, MetricColumns } from "../../trainer/protocol/metrics.ts";
import type { RunStatus } from "../../trainer/protocol/status.ts";

/** What the view shows of run.json. */
export interface RunFacts {
  readonly id: string;
  readonly name: string;
  readonly schedulePath: string;
  readonly strategy: string;
  readonly evaluationEvery: number;
  /** Nats per token; null when the manifest does not say. */
  readonly unigramEntropy: number | null;
}

export interface Hydrate {
  readonly type: "hydrate";
  readonly facts: RunFacts;
  readonly plan: Plan;
  readonly status: RunStatus;
  readonly events: readonly RunEvent[];
  readonly metrics: MetricColumns;
  readonly evaluations: EvaluationColumns;
}
export interface Delta {
  readonly type: "delta";
  readonly status: RunStatus | null;
  readonly events: readonly RunEvent[] | null;
  readonly metrics: MetricColumns | null;
  readonly evaluations: EvaluationColumns | null;
}
export interface Failed {
  readonly type: "failed";
  readonly sentence: string;
  readonly remedy: string;
}
export type Incoming = Hydrate | Delta | Failed;

export function parseIncoming(value: unknown): Incoming | null {
  const message = fields(value);
  switch (message?.["type"]) {
    case "hydrate":
      return hydrate(message);
    case "delta":
      return {
        type: "delta",
        status: status(message["status"]),
        events: message["events"] === undefined ? null : known(message["events"], runEvent),
        metrics: metricColumns(message["metrics"]),
        evaluations: evaluationColumns(message["evaluations"]),
      };
    case "failed":
      return { type: "failed", sentence: text(message["sentence"]) ?? "", remedy: text(message["remedy"]) ?? "" };
    default:
      return null;
  }
}

function hydrate(message: Fields): Hydrate | null {
  const facts = runFacts(message["manifest"]);
  const plan = readPlan(message["plan"]);
  const current = status(message["status"]);
  const metrics = metricColumns(message["metrics"]);
  const evaluations = evaluationColumns(message["evaluations"]);
  if (!facts || !plan || !current || !metrics || !evaluations) return null;
  return {
    type: "hydrate",
    facts,
    plan,
    status: current,
    events: known(message["events"], runEvent),
    metrics,
    evaluations,
  };
}

function runFacts(value: unknown): RunFacts | null {
  const manifest = fields(value);
  const id = text(manifest?.["id"]);
  if (!manifest || id === null) return null;
  const config = fields(manifest["config"]);
  const strategy = fields(config?.["strategy"]);
  return {
    id,
    name: text(manifest["name"]) ?? id,
    schedulePath: text(fields(manifest["schedule"])?.["path"]) ?? "",
    strategy: text(strategy?.["kind"]) ?? "",
    evaluationEvery: natural(fields(config?.["evaluation"])?.["everySteps"]) ?? 0,
    unigramEntropy: finite(fields(manifest["data"])?.["unigramEntropy"]),
  };
}

/** Most layers that a picture can show; also keeps a hostile plan from asking for gigabytes. */
const mostLayers = 4096;

function readPlan(value: unknown): Plan | null {
  const plan = fields(value);
  const layers = natural(plan?.["layers"]);
  const steps = natural(plan?.["steps"]);
  const stages = listOf(plan?.["stages"], plannedStage);
  const layerFlops = ledger(plan?.["layerFlops"]);
  const modelFlops = ledger(plan?.["modelFlops"]);
  if (!plan || !layers || layers > mostLayers || !steps || !stages?.length || !layerFlops || !modelFlops) return null;
  return {
    strategy: text(plan["strategy"]) ?? "",
    layers,
    alwaysKept: listOf(plan["alwaysKept"], natural) ?? [],
    steps,
    tokensPerStep: natural(plan["tokensPerStep"]) ?? 0,
    tokens: finite(plan["tokens"]) ?? 0,
    parameters: finite(plan["parameters"]) ?? 0,
    stages,
    layerFlops,
    modelFlops,
    layerFlopsPerStep: finite(plan["layerFlopsPerStep"]) ?? 0,
    otherFlopsPerStep: finite(plan["otherFlopsPerStep"]) ?? 0,
  };
}

function plannedStage(value: unknown): PlannedStage | null {
  const stage = fields(value);
  const index = natural(stage?.["index"]);
  const firstStep = natural(stage?.["firstStep"]);
  const lastStep = natural(stage?.["lastStep"]);
  const meanLayers = finite(stage?.["meanLayers"]);
  const keepProbability = finite(stage?.["keepProbability"]);
  if (!stage || index === null || firstStep === null || lastStep === null || lastStep < firstStep) return null;
  if (meanLayers === null || keepProbability === null) return null;
  return {
    index,
    name: text(stage["name"]) ?? `stage ${index + 1}`,
    firstStep,
    lastStep,
    steps: lastStep - firstStep + 1,
    tokens: finite(stage["tokens"]) ?? 0,
    meanLayers,
    layerVariance: finite(stage["layerVariance"]) ?? 0,
    keepProbability,
    layerFlops: finite(stage["layerFlops"]) ?? 0,
    modelFlops: finite(stage["modelFlops"]) ?? 0,
    learningRateFactor: finite(stage["learningRateFactor"]) ?? 1,
    learningRateAtEntry: finite(stage["learningRateAtEntry"]) ?? 0,
  };
}

function ledger(value: unknown): FlopsLedger | null {
  const read = fields(value);
  const planned = finite(read?.["planned"]);
  const full = finite(read?.["full"]);
  const relative = finite(read?.["relative"]);
  const speedUp = finite(read?.["speedUp"]);
  if (planned === null || full === null || relative === null || speedUp === null) return null;
  return { planned, full, relative, speedUp };
}

function status(value: unknown): RunStatus | null {
  const read = fields(value);
  const launch = natural(read?.["launch"]) ?? 0;
  const pid = natural(read?.["pid"]) ?? 0;
  const sentence = text(read?.["sentence"]) ?? "";
  switch (read?.["state"]) {
    case "preparing":
      return { state: "preparing", launch };
    case "running":
      return { state: "running", launch, pid };
    case "paused":
      return { state: "paused", launch, pid };
    case "stopping":
      return { state: "stopping", launch, pid };
    case "stopped":
      return { state: "stopped" };
    case "completed":
      return { state: "completed" };
    case "nonFinite":
      return { state: "nonFinite", step: natural(read["step"]) ?? 0, tensor: text(read["tensor"]) ?? "" };
    case "failed":
      return { state: "failed", sentence, remedy: text(read["remedy"]) ?? "" };
    case "lost":
      return { state: "lost", lastStep: natural(read["lastStep"]) ?? 0 };
    case "damaged":
      return { state: "damaged", sentence };
    default:
      return null;
  }
}
