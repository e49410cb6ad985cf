/** The table twins of the three pictures: the same data, row by row, for the part of the run that is in view. */
import { count, exponent, fixed, percent } from "../kit/format.ts";
import type { Row, TableData } from "../kit/table.ts";
import type { Frame } from "./frame.ts";
import { buckets, bucketSteps } from "./heatmap.ts";
import { isKept } from "./journal.ts";
import { shownSteps } from "./viewport.ts";

export function lossTwin(frame: Frame): TableData {
  const { state, smoothed, viewport } = frame;
  const { rows } = state;
  const [from, to] = shownSteps(viewport, state);
  const first = rows.indexOf(Math.max(0, from));
  const after = rows.indexOf(to);
  const evaluations = new Map(state.evaluations.map((evaluation) => [evaluation.step, evaluation.loss]));
  return {
    head: [
      "step",
      "stage",
      "training loss",
      "smoothed",
      "evaluation loss",
      "gradient norm",
      "learning rate",
      "layers",
      "step ms",
    ],
    length: after - first,
    row(index) {
      const row = first + index;
      const step = rows.step[row] ?? 0;
      const evaluation = evaluations.get(step);
      const smooth = smoothed?.[row];
      return [
        count(step),
        state.plan.stages[rows.stage[row] ?? -1]?.name ?? "",
        fixed(rows.loss[row] ?? NaN, 4),
        smooth === undefined ? "" : fixed(smooth, 4),
        evaluation === undefined ? "" : fixed(evaluation, 4),
        fixed(rows.gradientNorm[row] ?? NaN),
        exponent(rows.learningRate[row] ?? NaN),
        String(rows.activeCount[row]),
        fixed(rows.stepMilliseconds[row] ?? NaN, 1),
      ];
    },
  };
}

export function heatmapTwin(frame: Frame): TableData {
  const { state, viewport } = frame;
  const [from, to] = shownSteps(viewport, state);
  const shown = buckets(state, bucketSteps(frame), from, to);
  const layers = Array.from({ length: state.plan.layers }, (_, layer) => layer);
  return {
    head: ["steps", ...layers.map((layer) => `layer ${layer + 1}, %`)],
    length: shown.length,
    row(index) {
      const bucket = shown[index];
      if (!bucket) return [];
      return [
        `${count(bucket.firstStep)} – ${count(bucket.endStep - 1)}`,
        ...layers.map((layer) => percent((bucket.active[layer] ?? 0) / bucket.rows, 0)),
      ];
    },
  };
}

export function stagesTwin({ state }: Frame): TableData {
  const { plan, journal, rows } = state;
  const entries: { readonly step: number; readonly row: Row }[] = [];
  for (const stage of plan.stages) {
    const standing =
      rows.completed > stage.lastStep ? "done" : rows.completed > stage.firstStep ? "running" : "planned";
    entries.push({
      step: stage.firstStep,
      row: [
        count(stage.firstStep),
        `${stage.name}, ${standing}`,
        `${fixed(stage.meanLayers, 1)} of ${plan.layers} layers, keep ${fixed(stage.keepProbability, 2)}, ${count(stage.steps)} steps`,
      ],
    });
  }
  for (const mark of journal.checkpoints.values()) {
    const standing = mark.removed ? "removed" : isKept(mark) ? `kept: ${mark.reasons.join(", ")}` : "rotating";
    entries.push({ step: mark.step, row: [count(mark.step), "checkpoint", standing] });
  }
  for (const { step, loss } of state.evaluations) {
    entries.push({ step, row: [count(step), "evaluation", `loss ${fixed(loss, 4)}`] });
  }
  for (const mark of journal.marks)
    entries.push({ step: mark.step, row: [count(mark.step), mark.kind, mark.sentence] });
  entries.sort((a, b) => a.step - b.step);
  return {
    words: true,
    head: ["at step", "what", "details"],
    length: entries.length,
    row: (index) => entries[index]?.row ?? [],
  };
}
