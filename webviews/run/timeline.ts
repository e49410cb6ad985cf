/** The stage timeline: planned and actual lanes, checkpoints, evaluations, restarts, and the ticks of the shared axis. */
import { createSurface, fitText, snap } from "../kit/canvas.ts";
import { count, fixed } from "../kit/format.ts";
import { axisTicks } from "./axis.ts";
import { bands, pixelOf, type Band, type Frame } from "./frame.ts";
import { isKept } from "./journal.ts";

export const timelineHeight = 87;
const plannedLane = { top: 4, height: 22 };
const actualLane = { top: 30, height: 14 };
const laneMiddle = actualLane.top + actualLane.height / 2;
const evaluationY = 52;
const markY = 65;
const tickY = 81;

export interface Timeline {
  readonly element: HTMLCanvasElement;
  draw(frame: Frame): void;
}

export function createTimeline(): Timeline {
  const surface = createSurface("timeline");
  return {
    element: surface.canvas,
    draw(frame) {
      const g = surface.begin(frame.width, timelineHeight);
      if (!g) return;
      g.font = frame.theme.label;
      drawNames(g, frame);
      const now = pixelOf(frame, frame.state.rows.completed);
      for (const band of bands(frame)) drawBand(g, frame, band, now);
      drawNow(g, frame, now);
      drawEvents(g, frame);
      drawTicks(g, frame);
    },
  };
}

function drawNames(g: CanvasRenderingContext2D, { left, theme }: Frame): void {
  g.fillStyle = theme.dim;
  g.textAlign = "right";
  g.fillText("planned", left - 8, plannedLane.top + plannedLane.height / 2);
  g.fillText("actual", left - 8, laneMiddle);
  g.fillText("events", left - 8, (evaluationY + markY) / 2);
}

function drawBand(g: CanvasRenderingContext2D, frame: Frame, band: Band, now: number): void {
  const { theme, state } = frame;
  const contrast = theme.kind === "highContrast";
  const from = snap(band.from);
  const to = snap(band.to);
  const gap = to - from > 6 ? 1 : 0;
  g.fillStyle = theme.training;
  g.globalAlpha = 0.16 + 0.3 * band.depth;
  g.fillRect(from, plannedLane.top, to - from - gap, plannedLane.height);
  const end = Math.min(to, snap(now));
  if (end > from && state.rows.length > 0) {
    g.globalAlpha = 0.42 + 0.4 * band.depth;
    g.fillRect(from, actualLane.top, end - from - (end === to ? gap : 0), actualLane.height);
  }
  g.globalAlpha = 1;
  if (contrast) {
    g.strokeStyle = theme.line;
    g.strokeRect(from + 0.5, plannedLane.top + 0.5, to - from - 1, plannedLane.height - 1);
  }
  const layers = `${fixed(band.meanLayers, Number.isInteger(band.meanLayers) ? 0 : 1)} of ${state.plan.layers}`;
  const keep = `keep ${fixed(band.keepProbability, 2).replace(/0$/, "")}`;
  const steps = `${count(band.steps)} steps`;
  g.fillStyle = theme.foreground;
  g.textAlign = "left";
  const label = fitText(
    g,
    [
      `${layers} layers · ${keep} · ${steps}`,
      `${layers} layers · ${keep}`,
      `${layers} layers`,
      layers,
      layers.split(" ")[0] ?? "",
    ],
    to - from - 14,
  );
  g.fillText(label, from + 8, plannedLane.top + plannedLane.height / 2 + 0.5);
}

function drawNow(g: CanvasRenderingContext2D, { scale, theme, state, width }: Frame, now: number): void {
  if (state.rows.length === 0 || now < scale.left || now > scale.left + scale.width) return;
  g.fillStyle = theme.foreground;
  g.textAlign = "left";
  // Without room at the right end it is left out: the lane ends there, and the header names the status.
  const word = state.status.state === "running" ? "now" : state.status.state;
  g.fillText(fitText(g, [word], width - now - 5), now + 5, laneMiddle);
}

function drawEvents(g: CanvasRenderingContext2D, frame: Frame): void {
  const { theme, state, scale } = frame;
  const right = scale.left + scale.width;
  const visible = (x: number): boolean => x >= scale.left - 0.5 && x <= right + 0.5;
  g.textAlign = "center";
  g.fillStyle = theme.evaluation;
  for (const evaluation of state.evaluations) {
    const x = pixelOf(frame, evaluation.step);
    if (visible(x)) g.fillRect(snap(x), evaluationY - 3, 1, 6);
  }
  for (const mark of state.journal.checkpoints.values()) {
    const x = pixelOf(frame, mark.step);
    if (!visible(x)) continue;
    if (mark.removed) {
      g.fillStyle = theme.dim;
      g.fillRect(x - 1, markY - 1, 2, 2);
    } else {
      diamond(g, x, markY, 4.2);
      g.fillStyle = g.strokeStyle = isKept(mark) ? theme.foreground : theme.dim;
      if (isKept(mark)) g.fill();
      else g.stroke();
    }
  }
  for (const stage of state.journal.stagesLeft.values()) {
    const planned = state.plan.stages[stage.stage];
    const x = planned ? pixelOf(frame, planned.lastStep + 1) : NaN;
    if (visible(x)) drawGlyph(g, "✓", x - 8, laneMiddle, theme.foreground);
  }
  for (const mark of state.journal.marks) {
    const x = pixelOf(frame, mark.step);
    if (!visible(x)) continue;
    if (mark.kind === "restart") drawGlyph(g, "↻", x, laneMiddle, theme.foreground);
    if (mark.kind === "paused") drawGlyph(g, "‖", x, laneMiddle, theme.foreground);
    if (mark.kind === "nonFinite" || mark.kind === "failed") drawGlyph(g, "✕", x, laneMiddle, theme.bad);
  }
}

function drawGlyph(g: CanvasRenderingContext2D, glyph: string, x: number, y: number, color: string): void {
  g.fillStyle = color;
  g.fillText(glyph, x, y);
}

function diamond(g: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  g.beginPath();
  g.moveTo(x, y - radius);
  g.lineTo(x + radius, y);
  g.lineTo(x, y + radius);
  g.lineTo(x - radius, y);
  g.closePath();
}

function drawTicks(g: CanvasRenderingContext2D, { scale, theme, viewport, state, width, narrow }: Frame): void {
  if (viewport.axis === "seconds" && state.rows.length < 2) return;
  g.fillStyle = theme.dim;
  g.textAlign = "center";
  let free = 0;
  for (const { value, label } of axisTicks(viewport.axis, scale.min, scale.max, scale.width, narrow ? 80 : 110)) {
    const x = scale.left + ((value - scale.min) / (scale.max - scale.min)) * scale.width;
    const half = g.measureText(label).width / 2;
    if (x - half < free || x + half > width) continue;
    g.fillText(label, x, tickY);
    free = x + half + 8;
  }
}
