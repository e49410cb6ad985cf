/** A finished run in words and tables: what was planned, what became of it. */
import { describeSpeedUp, grouped } from "../../plan/describe.ts";
import { realisedLedger, type RealisedLedger } from "../../plan/ledger.ts";
import type { PlannedStage } from "../../plan/plan.ts";
import { resolvePlan } from "../../plan/resolvePlan.ts";
import type { RunEvent } from "../../protocol/events.ts";
import type { RunManifest } from "../../protocol/manifest.ts";
import type { RunRecord } from "../run/runReader.ts";
import { fitStepTime, median, realisedSpeedUp, type TimedStep } from "./stepTime.ts";
import { textTable } from "./table.ts";
import { duration } from "./units.ts";

export interface StageSummary {
  readonly stage: PlannedStage;
  /** Steps that have been done. */
  readonly steps: number;
  /** Mean active layers of those; null before the first. */
  readonly layers: number | null;
  readonly medianMilliseconds: number | null;
  /** Training loss of the active subnetworks, from `stageLeft`; null until the stage is left. */
  readonly lossAtEntry: number | null;
  readonly lossAtExit: number | null;
  /** Full-network loss when the stage ended. */
  readonly evaluation: number | null;
}

export interface RunSummary {
  readonly stages: readonly StageSummary[];
  readonly plannedSpeedUp: number;
  /** Null where it is not known: before the first step, or when all ran one number of layers that is not all. */
  readonly realisedSpeedUp: number | null;
  /** t = a + b n, in milliseconds; null likewise. */
  readonly stepTime: { readonly fixed: number; readonly perLayer: number } | null;
  readonly stepSeconds: number;
  /** Layers run against the plan for the same steps; null before the first. */
  readonly layersRun: RealisedLedger | null;
  readonly lastEvaluation: { readonly step: number; readonly loss: number } | null;
  readonly unigramEntropy: number;
}

export function summarize(manifest: RunManifest, record: RunRecord): RunSummary {
  const plan = resolvePlan(manifest.config);
  const { metrics, evaluations, events } = record;
  const steps: TimedStep[] = [];
  for (let row = 0; row < metrics.length; row++) {
    const bits = metrics.activeLayers.subarray(row * metrics.bytesPerRow, (row + 1) * metrics.bytesPerRow);
    const [milliseconds, stage] = [metrics.stepMilliseconds[row] ?? NaN, metrics.stage[row] ?? 0];
    steps.push({ layers: countBits(bits), milliseconds, stage });
  }
  const losses = new Map<number, number>();
  for (let row = 0; row < evaluations.length; row++)
    losses.set(evaluations.step[row] ?? 0, evaluations.loss[row] ?? NaN);
  const last = [...losses].at(-1);
  return {
    stages: plan.stages.map((stage) => summarizeStage(stage, steps, events, losses)),
    plannedSpeedUp: plan.modelFlops.speedUp,
    realisedSpeedUp: realisedSpeedUp(steps, plan.layers),
    stepTime: fitStepTime(steps, plan.layers),
    layersRun: realisedLedger(
      plan,
      steps.length,
      steps.reduce((sum, step) => sum + step.layers, 0),
    ),
    stepSeconds: steps.reduce((sum, step) => sum + step.milliseconds, 0) / 1000,
    lastEvaluation: last === undefined ? null : { step: last[0], loss: last[1] },
    unigramEntropy: manifest.data.unigramEntropy,
  };
}

function summarizeStage(
  stage: PlannedStage,
  steps: readonly TimedStep[],
  events: readonly RunEvent[],
  losses: ReadonlyMap<number, number>,
): StageSummary {
  const own = steps.filter((step) => step.stage === stage.index);
  const left = events.findLast((event) => event.type === "stageLeft" && event.stage === stage.index);
  const [lossAtEntry, lossAtExit] = left?.type === "stageLeft" ? [left.lossAtEntry, left.lossAtExit] : [null, null];
  return {
    stage,
    steps: own.length,
    layers: own.length === 0 ? null : own.reduce((sum, step) => sum + step.layers, 0) / own.length,
    medianMilliseconds: own.length === 0 ? null : median(own.map((step) => step.milliseconds)),
    lossAtEntry,
    lossAtExit,
    evaluation: losses.get(stage.lastStep + 1) ?? null,
  };
}

export function summaryText(manifest: RunManifest, record: RunRecord): string {
  const summary = summarize(manifest, record);
  const transitions = summary.stages.flatMap((entered, index) => {
    const left = summary.stages[index - 1];
    if (left === undefined || left.lossAtExit === null || entered.lossAtEntry === null) return [];
    const change = entered.lossAtEntry - left.lossAtExit;
    const signed = `${change < 0 ? "" : "+"}${change.toFixed(3)}`;
    return [
      `  ${left.stage.name} -> ${entered.stage.name}: ${left.lossAtExit.toFixed(3)} -> ${entered.lossAtEntry.toFixed(3)} (${signed})`,
    ];
  });
  return [
    stageTable(summary, manifest.config.model.layers),
    ...(transitions.length > 0
      ? ["", "Training loss across the transitions (means of 20 steps):", ...transitions]
      : []),
    "",
    ...speedText(summary, manifest.config.model.layers),
    ...evaluationText(summary),
  ].join("\n");
}

function stageTable({ stages }: RunSummary, layers: number): string {
  const right = "right" as const;
  const figure = (value: number | null, digits: number): string => (value === null ? "-" : value.toFixed(digits));
  return textTable(
    [
      { title: "stage" },
      { title: "steps", align: right },
      { title: "layers planned", align: right },
      { title: "realised", align: right },
      { title: "ms a step", align: right },
      { title: "loss at entry", align: right },
      { title: "at exit", align: right },
      { title: "full network", align: right },
    ],
    stages.map((each) => [
      each.stage.name,
      each.steps === each.stage.steps ? String(each.steps) : `${each.steps} of ${each.stage.steps}`,
      `${Number(each.stage.meanLayers.toFixed(2))} of ${layers}`,
      figure(each.layers, 2),
      figure(each.medianMilliseconds, 1),
      figure(each.lossAtEntry, 3),
      figure(each.lossAtExit, 3),
      figure(each.evaluation, 3),
    ]),
  );
}

function speedText(summary: RunSummary, layers: number): readonly string[] {
  const { stepTime, realisedSpeedUp: realised, plannedSpeedUp, stepSeconds } = summary;
  if (summary.layersRun === null) return [];
  return [
    "Against full depth over the same steps:",
    `  planned, FLOPs of the whole model: ${plannedSpeedUp > 1 ? describeSpeedUp(plannedSpeedUp) : "the same"}`,
    ...(stepTime === null || realised === null
      ? ["  realised, step time: not known, as every step ran the same number of layers"]
      : [
          `  realised, step time: ${realised > 1 ? describeSpeedUp(realised) : `${realised.toFixed(2)}x, no gain`}`,
          `  (${duration(stepSeconds)} for all steps; one of full depth takes ` +
            `${(stepTime.fixed + layers * stepTime.perLayer).toFixed(1)} ms on average: ` +
            `${stepTime.fixed.toFixed(2)} + ${stepTime.perLayer.toFixed(2)} per layer)`,
        ]),
    ...ledgerText(summary.layersRun),
  ];
}

function ledgerText(ledger: RealisedLedger | null): readonly string[] {
  if (ledger === null) return [];
  const { layers, band, withinBand } = ledger;
  const verdict = withinBand ? "within" : "OUTSIDE";
  return [
    `  layers run: ${grouped(layers)}, ${verdict} 3 sigma of the ${grouped(Math.round(band.expected))} planned ` +
      `(${grouped(Math.round(band.low))} to ${grouped(Math.round(band.high))})`,
  ];
}

function evaluationText({ lastEvaluation, unigramEntropy }: RunSummary): readonly string[] {
  if (lastEvaluation === null) return [];
  const { step, loss } = lastEvaluation;
  const gap = unigramEntropy - loss;
  const compared =
    gap > 0 ? `${gap.toFixed(3)} below (${((100 * gap) / unigramEntropy).toFixed(1)} %)` : `${(-gap).toFixed(3)} above`;
  return [
    `Full network on held-out text after ${step} steps: loss ${loss.toFixed(4)} nats, ${compared} the text's unigram entropy of ${unigramEntropy.toFixed(4)}.`,
  ];
}

function countBits(bytes: Uint8Array): number {
  let count = 0;
  for (let byte of bytes) for (; byte !== 0; byte &= byte - 1) count++;
  return count;
}
