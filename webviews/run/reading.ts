/** What stands under the cursor, in words: the tooltip, the side notes, and what a screen reader is told. */
import { count, exponent, fixed } from "../kit/format.ts";
import { stepTime } from "./work.ts";
import type { Frame } from "./frame.ts";
import { isKept } from "./journal.ts";

export interface ReadingLine {
  readonly text: string;
  readonly class: "" | "training" | "evaluation" | "dim";
}

/** The row nearest to `step`, or null when nothing is recorded. */
export function rowAt({ state: { rows } }: Frame, step: number): number | null {
  if (rows.length === 0) return null;
  const index = Math.min(rows.length - 1, rows.indexOf(Math.max(0, Math.round(step))));
  return index;
}

/** Lines about the step under the cursor. */
export function reading(frame: Frame, step: number): readonly ReadingLine[] {
  const { state, smoothed } = frame;
  const { plan, rows, evaluations } = state;
  const at = Math.max(0, Math.round(step));
  const stage = plan.stages.find((candidate) => at <= candidate.lastStep) ?? plan.stages.at(-1);
  const lines: ReadingLine[] = [];
  const mean = stage ? fixed(stage.meanLayers, Number.isInteger(stage.meanLayers) ? 0 : 1) : "";
  lines.push({
    text: `step ${count(at)} · ${stage?.name ?? ""}, ${mean} of ${plan.layers} layers${at >= rows.completed ? " · planned" : ""}`,
    class: "",
  });
  const row = at < rows.completed ? rowAt(frame, at) : null;
  if (row !== null) {
    const smooth = smoothed?.[row];
    lines.push({
      text: `training ${fixed(rows.loss[row] ?? NaN)}${smooth === undefined ? "" : `   smoothed ${fixed(smooth)}`}`,
      class: "training",
    });
    const evaluation = evaluations.findLast((candidate) => candidate.step <= at);
    if (evaluation) {
      lines.push({ text: `evaluation ${fixed(evaluation.loss)} at ${count(evaluation.step)}`, class: "evaluation" });
    }
    lines.push({
      text: `layers ${layerRanges(frame, row)} (${rows.activeCount[row]} of ${plan.layers})`,
      class: "dim",
    });
  }
  for (const text of nearby(frame, at)) lines.push({ text, class: "dim" });
  return lines;
}

/** Figures beside the loss plot, of the row under the cursor or the latest one. */
export function sideNotes(frame: Frame, step: number | null): readonly string[] {
  const { rows } = frame.state;
  const row = step === null || step >= rows.completed ? rows.length - 1 : rowAt(frame, step);
  if (row === null || row < 0) return [];
  const active = rows.activeCount[row] ?? 0;
  const notes = [
    `learning rate ${exponent(rows.learningRate[row] ?? NaN)}`,
    `gradient norm ${fixed(rows.gradientNorm[row] ?? NaN, 2)}`,
    `step time ${fixed(rows.stepMilliseconds[row] ?? NaN, 0)}\u00a0ms`,
  ];
  if (frame.fit?.b) notes.push(`fit for ${active} layers ${fixed(stepTime(frame.fit, active), 0)}\u00a0ms`);
  return notes;
}

/** "1–4 6 12": the layers that ran, from 1. */
function layerRanges({ state: { rows, plan } }: Frame, row: number): string {
  const parts: string[] = [];
  for (let layer = 0; layer < plan.layers; layer++) {
    if (!rows.isActive(row, layer)) continue;
    let end = layer;
    while (end + 1 < plan.layers && rows.isActive(row, end + 1)) end++;
    parts.push(end === layer ? `${layer + 1}` : `${layer + 1}–${end + 1}`);
    layer = end;
  }
  return parts.join(" ");
}

/** Checkpoints and marks within three pixels. */
function nearby(frame: Frame, step: number): readonly string[] {
  const { axis, scale, state } = frame;
  const reach = ((scale.max - scale.min) / scale.width) * 3;
  const near = (other: number): boolean => Math.abs(axis.at(other) - axis.at(step)) <= reach;
  const lines: string[] = [];
  for (const mark of state.journal.checkpoints.values()) {
    if (!near(mark.step)) continue;
    const standing = mark.removed ? "removed" : isKept(mark) ? "kept" : "rotating";
    lines.push(`checkpoint at ${count(mark.step)}, ${standing}`);
  }
  for (const mark of state.journal.marks) if (near(mark.step)) lines.push(mark.sentence);
  return lines.slice(-4);
}
