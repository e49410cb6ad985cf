/** The active-subnetwork heatmap: layer by bucket of steps, share of steps in which the layer ran; coverage at the right. */
import { createSurface, fitText, snap } from "../kit/canvas.ts";
import { count, percent } from "../kit/format.ts";
import { niceStep } from "../kit/scale.ts";
import { alarming, auditText } from "./audit.ts";
import { bands, pixelOf, type Frame } from "./frame.ts";
import { expectedCoverage } from "./work.ts";
import { shownSteps } from "./viewport.ts";
import type { RunState } from "./state.ts";

const top = 4;
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
export const heatmapHeight = (layers: number): number => top + layers * rowHeight(layers) + legendHeight;

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
      drawLayerNames(g, frame);
      drawCells(g, frame);
      drawCoverage(g, frame);
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
    g.fillRect(from, top, snap(band.to) - from, height);
  }
  g.globalAlpha = 1;
}

function drawLayerNames(g: CanvasRenderingContext2D, { left, theme, state: { plan } }: Frame): void {
  const height = rowHeight(plan.layers);
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
    g.clearRect(x, top, end - x, height * state.plan.layers);
    g.fillStyle = theme.training;
    for (let layer = 0; layer < state.plan.layers; layer++) {
      g.globalAlpha = cellAlpha((bucket.active[layer] ?? 0) / bucket.rows);
      g.fillRect(x, top + layer * height, width, height - gapY);
    }
  }
  g.globalAlpha = 1;
}

/** Bars over all steps so far, with the expected share and three standard deviations to either side. */
function drawCoverage(g: CanvasRenderingContext2D, { scale, state, theme, right }: Frame): void {
  const { rows, plan } = state;
  if (rows.length === 0) return;
  const height = rowHeight(plan.layers);
  const x = scale.left + scale.width + 12;
  const length = right >= 150 ? 80 : 44;
  const active = rows.activity(0, rows.length);
  const every = Math.ceil(12 / height);
  g.textAlign = "right";
  for (let layer = 0; layer < plan.layers; layer++) {
    const share = (active[layer] ?? 0) / rows.length;
    const expected = expectedCoverage(plan, layer, rows.completed);
    const y = top + layer * height;
    const inset = height > 10 ? 4 : 1;
    g.fillStyle = theme.training;
    g.globalAlpha = 0.6;
    g.fillRect(x, y + inset, length * share, height - 2 * inset);
    g.globalAlpha = 1;
    const outside = Math.abs(share - expected.mean) > 3 * expected.sigma + 1e-9;
    if (expected.sigma > 0) {
      g.fillStyle = theme.foreground;
      for (const edge of [-3, 3]) {
        const at = x + length * Math.max(0, Math.min(1, expected.mean + edge * expected.sigma));
        g.fillRect(snap(at), y + inset - 2, 1, height - 2 * inset + 4);
      }
    }
    if (layer % every === 0 || outside) {
      g.fillStyle = outside ? theme.warning : theme.dim;
      g.fillText(`${outside ? "! " : ""}${percent(share)}`, x + length + 46, y + height / 2);
    }
  }
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
  const { audit } = frame;
  if (!audit) return;
  g.fillStyle = audit.p < alarming ? theme.warning : theme.dim;
  const edge = scale.left + scale.width + 12;
  g.fillText(fitText(g, [`audit: ${auditText(audit)}`, auditText(audit)], frame.width - edge), edge, y);
}
