/** A plan as plain text, for terminals and logs. Every figure is computed from the schedule; none is quoted from a paper. */
import type { FlopsLedger, Plan, PlannedStage } from "./plan.ts";

export function describePlan(plan: Plan): string {
  const { layers, alwaysKept, steps, tokens, tokensPerStep, parameters } = plan;
  const kept = alwaysKept.map((layer) => layer + 1).join(", ");
  return [
    `${plan.strategy}: ${layers} layers (always kept: ${layers === alwaysKept.length ? "all" : kept}), ${grouped(parameters)} parameters`,
    `${grouped(steps)} steps of ${grouped(tokensPerStep)} tokens, ${grouped(tokens)} tokens`,
    "",
    ...stageTable(plan),
    "",
    `Layer FLOPs: ${describeLedger(plan.layerFlops)}`,
    `Whole model: ${describeLedger(plan.modelFlops)}`,
  ].join("\n");
}

/** "3.53e+16 of 4.71e+16, 0.750 of full training: 1.33x faster = 25.0 % fewer". */
export function describeLedger({ planned, full, relative, speedUp }: FlopsLedger): string {
  const amounts = `${flops(planned)} of ${flops(full)}, ${relative.toFixed(3)} of full training`;
  return relative === 1 ? amounts : `${amounts}: ${describeSpeedUp(speedUp)}`;
}

/** Both ways of saying it: "1.33x faster = 25.0 % fewer". */
export const describeSpeedUp = (speedUp: number): string =>
  `${speedUp.toFixed(2)}x faster = ${(100 * (1 - 1 / speedUp)).toFixed(1)} % fewer`;

function stageTable(plan: Plan): readonly string[] {
  const head = ["stage", "steps", "tokens", "layers", "keep", "layer FLOPs", "lr at entry"];
  const rows = plan.stages.map((stage) => cells(stage, plan));
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

function cells(stage: PlannedStage, plan: Plan): readonly string[] {
  const share = plan.layerFlops.planned > 0 ? stage.layerFlops / plan.layerFlops.planned : 0;
  return [
    stage.name,
    `${grouped(stage.firstStep)} - ${grouped(stage.lastStep)}`,
    grouped(stage.tokens),
    `${decimals(stage.meanLayers)} of ${plan.layers}`,
    stage.keepProbability.toFixed(2),
    `${(100 * share).toFixed(1)} %`,
    stage.learningRateAtEntry === 0 ? "0" : stage.learningRateAtEntry.toExponential(2),
  ];
}

const decimals = (value: number): string => String(Number(value.toFixed(2)));

const flops = (value: number): string => value.toExponential(2);

/** Groups of three digits, parted by a space, the same in every locale. */
export const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, " ");
