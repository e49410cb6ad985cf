/** One sentence per picture for those who do not see it. */
import { count, fixed, percent } from "../kit/format.ts";
import { auditP } from "./audit.ts";
import type { Frame } from "./frame.ts";
import { expectedCoverage } from "./work.ts";

export function stagesSummary({ state: { plan, rows, journal, evaluations } }: Frame): string {
  const stages = plan.stages.map((stage) => `${fixed(stage.meanLayers, 1)} layers for ${count(stage.steps)} steps`);
  const checkpoints = [...journal.checkpoints.values()].filter((mark) => !mark.removed).length;
  return (
    `Stage timeline: ${plan.stages.length} stages, ${stages.join(", then ")}; ${count(rows.completed)} of ` +
    `${count(plan.steps)} steps done, ${checkpoints} checkpoints, ${evaluations.length} evaluations.`
  );
}

export function lossSummary({ state: { rows, evaluations }, smoothed }: Frame): string {
  if (rows.length === 0) return "Loss plot: waiting for the first step.";
  const last = rows.length - 1;
  const evaluation = evaluations.at(-1);
  return (
    `Loss plot: training loss from ${fixed(rows.loss[0] ?? NaN)} to ` +
    `${fixed(smoothed?.[last] ?? rows.loss[last] ?? NaN)} after ${count(rows.completed)} steps` +
    (evaluation ? `; evaluation loss ${fixed(evaluation.loss)} at step ${count(evaluation.step)}.` : ".")
  );
}

export function heatmapSummary({ state: { rows, plan }, audit }: Frame): string {
  if (rows.length === 0) return `Active-subnetwork heatmap: ${plan.layers} layers, waiting for the first step.`;
  const active = rows.activity(0, rows.length);
  const outside = [...active].filter((steps, layer) => {
    const expected = expectedCoverage(plan, layer, rows.completed);
    return Math.abs(steps / rows.length - expected.mean) > 3 * expected.sigma + 1e-9;
  }).length;
  const shares = [...active].map((steps) => steps / rows.length);
  return (
    `Active-subnetwork heatmap: ${plan.layers} layers ran in ${percent(Math.min(...shares))} to ` +
    `${percent(Math.max(...shares))} percent of the steps; ` +
    (outside === 0
      ? "all within three standard deviations of the plan."
      : `${outside} outside three standard deviations.`) +
    (audit ? ` Chi-squared test: ${auditP(audit)}.` : "")
  );
}
