/** The active-subnetwork heatmap: layer by bucket of steps, share of steps in which the layer ran. */
import { createSurface, fitText, snap } from "../kit/canvas.ts";
import { count } from "../kit/format.ts";
import { niceStep } from "../kit/scale.ts";
import { bands, pixelOf, type Frame } from "./frame.ts";
import { shownSteps } from "./viewport.ts";
import type { RunState } from "./state.ts";

export const heatmapTop = 4;
const legendHeight = 26;
/** Opacity of the colour over the background: share 0 stays visible as a cell. */
export const cellAlpha = (share: number): number => 0.06 + 0.9 * share;

export interface Heatmap {
  readonly element: HTMLCanvasElement;
  draw(frame: Frame): void;
}

export function rowHeight(layers: number): number {
  return Math.max(4, Math.min(16, Math.floor(260 / layers)));
}
export const heatmapHeight = (layers: number): number => heatmapTop + layers * rowHeight(layers) + legendHeight;

export interface Bucket {
  readonly firstStep: number;
  /** Exclusive. */
  readonly endStep: number;
  /** Steps recorded in the bucket. */
  readonly rows: number;
  /** Per layer, steps in which it ran. */
  readonly active: Uint32Array;
}

/** A round number of steps per cell so that a cell is about 8 pixels wide; 1 when zoomed in far enough. */
export function bucketSteps(frame: Pick<Frame, "viewport" | "state" | "scale">): number {
  const [from, to] = shownSteps(frame.viewport, frame.state);
  const perCell = ((to - from) / frame.scale.width) * 8;
  return perCell <= 2 ? 1 : niceStep(perCell, true);
}

/** Recorded buckets in view, cut at stage borders so that none mixes two keep probabilities. */
export function buckets(state: RunState, size: number, from: number, to: number): readonly Bucket[] {
  const { rows, plan } = state;
  const found: Bucket[] = [];
  const last = Math.min(to, rows.completed);
  for (const stage of plan.stages) {
    const stageEnd = Math.min(stage.lastStep + 1, last);
    let start = Math.max(stage.firstStep, Math.floor(Math.max(from, stage.firstStep) / size) * size);
    while (start < stageEnd) {
      const end = Math.min(stageEnd, (Math.floor(start / size) + 1) * size);
      const first = rows.indexOf(start);
      const after = rows.indexOf(end);
      if (after > first) {
        found.push({ firstStep: start, endStep: end, rows: after - first, active: rows.activity(first, after) });
      }
      start = end;
    }
  }
  return found;
}

export function createHeatmap(): Heatmap {
  const surface = createSurface("heatmap");
  return {
    element: surface.canvas,
    draw(frame) {
      const { layers } = frame.state.plan;
      const g = surface.begin(frame.width, heatmapHeight(layers));
      if (!g) return;
      g.font = frame.theme.label;
      drawBands(g, frame);
      drawLayerNames(g, frame, heatmapTop, rowHeight(layers));
      drawCells(g, frame);
      drawLegend(g, frame);
    },
  };
}

function drawBands(g: CanvasRenderingContext2D, frame: Frame): void {
  const height = frame.state.plan.layers * rowHeight(frame.state.plan.layers);
  for (const band of bands(frame)) {
    g.fillStyle = frame.theme.training;
    g.globalAlpha = frame.theme.band * (0.35 + 0.9 * band.depth);
    const from = snap(band.from);
    g.fillRect(from, heatmapTop, snap(band.to) - from, height);
  }
  g.globalAlpha = 1;
}

/** Names left of rows of `height` CSS pixels that begin at `top`; every so many where rows are thin. */
export function drawLayerNames(
  g: CanvasRenderingContext2D,
  { left, theme, state: { plan } }: Frame,
  top: number,
  height: number,
): void {
  const every = Math.ceil(12 / height);
  g.textAlign = "right";
  for (let layer = 0; layer < plan.layers; layer++) {
    const always = plan.alwaysKept.includes(layer) && plan.alwaysKept.length < plan.layers;
    if (!always && layer % every !== 0) continue;
    if (always && layer % every !== 0 && layer !== plan.layers - 1) continue;
    // The last layer's name goes before its neighbours'.
    if (layer < plan.layers - 1 && layer > plan.layers - 1 - every) continue;
    g.fillStyle = always ? theme.foreground : theme.dim;
    g.fillText(`${always ? "kept " : ""}${layer + 1}`, left - 8, top + (layer + 0.5) * height);
  }
}

function drawCells(g: CanvasRenderingContext2D, frame: Frame): void {
  const { scale, state, theme, viewport } = frame;
  const [from, to] = shownSteps(viewport, state);
  const height = rowHeight(state.plan.layers);
  const gapY = height > 6 ? 1 : 0;
  for (const bucket of buckets(state, bucketSteps(frame), from, to)) {
    const x = snap(Math.max(scale.left, pixelOf(frame, bucket.firstStep)));
    const end = snap(Math.min(scale.left + scale.width, pixelOf(frame, bucket.endStep)));
    const width = Math.max(1 / window.devicePixelRatio, end - x - (end - x > 3 ? 1 / window.devicePixelRatio : 0));
    if (end <= x) continue;
    g.clearRect(x, heatmapTop, end - x, height * state.plan.layers);
    g.fillStyle = theme.training;
    for (let layer = 0; layer < state.plan.layers; layer++) {
      g.globalAlpha = cellAlpha((bucket.active[layer] ?? 0) / bucket.rows);
      g.fillRect(x, heatmapTop + layer * height, width, height - gapY);
    }
  }
  g.globalAlpha = 1;
}

function drawLegend(g: CanvasRenderingContext2D, frame: Frame): void {
  const { scale, theme, state } = frame;
  const y = heatmapHeight(state.plan.layers) - 10;
  const step = bucketSteps(frame);
  g.textAlign = "left";
  g.fillStyle = theme.dim;
  g.fillText("0", scale.left, y);
  g.fillStyle = theme.training;
  for (let index = 0; index < 60; index++) {
    g.globalAlpha = cellAlpha(index / 59);
    g.fillRect(scale.left + 14 + index * 2, y - 5, 2, 10);
  }
  g.globalAlpha = 1;
  g.fillStyle = theme.dim;
  g.fillText("1", scale.left + 140, y);
  const cell = step === 1 ? "cell = 1 step" : `cell = ${count(step)} steps`;
  const text = fitText(
    g,
    [`share of steps · ${cell}${step === 1 ? "" : "; zoom in for single steps"}`, `share of steps · ${cell}`, cell],
    scale.width - 160,
  );
  g.fillText(text, scale.left + 156, y);
}
