/** The loss plot: uPlot draws axes and the two training curves; bands, evaluations and marks are drawn in its hooks. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { fixed } from "../kit/format.ts";
import { el } from "../kit/dom.ts";
import { bands, pixelOf, type Frame } from "./frame.ts";
import { drawEvaluations, drawMarks } from "./lossOverlay.ts";
import { lossRange, lossTicks, tickDecimals, type LossRange } from "./lossRange.ts";
import { rawPath, type PlotArea } from "./rawPath.ts";
import { shownSteps } from "./viewport.ts";

export const lossHeight = 300;
const topRoom = 8;
const bottomRoom = 10;

export interface LossPlot {
  readonly element: HTMLElement;
  draw(frame: Frame): void;
}

export function createLossPlot(): LossPlot {
  const element = el("div", { class: "loss", attributes: { "aria-hidden": "true" } });
  const waiting = el("div", { class: "waiting", text: "Waiting for the first step", hidden: true });
  element.append(waiting);
  let plot: uPlot | null = null;
  /** What uPlot cannot change after its creation. */
  let built = "";
  let frame: Frame | null = null;
  let range: LossRange = { min: 0, max: 1 };

  function build(current: Frame): uPlot {
    const { theme, left, right, width, viewport } = current;
    const grid = { stroke: theme.foreground, width: 1 };
    const options: uPlot.Options = {
      width,
      height: lossHeight,
      padding: [topRoom, right, bottomRoom, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, auto: false, range: () => [frame?.scale.min ?? 0, frame?.scale.max ?? 1] },
        y: { auto: false, distr: viewport.y === "log" ? 3 : 1, range: () => [range.min, range.max] },
      },
      axes: [
        { show: false },
        {
          size: left,
          gap: 8,
          font: theme.label,
          stroke: theme.dim,
          ticks: { show: false },
          grid: { show: false },
          border: { show: false },
          splits: () => [...lossTicks(range, viewport.y === "log", lossHeight, 56)],
          filter: (_plot, splits) => splits,
          values: (_plot, splits) => splits.map((value) => fixed(value, tickDecimals(splits))),
        },
      ],
      series: [
        {},
        {
          ...line(theme.training, 1),
          paths: curve((f) => f.state.rows.loss),
        },
        { ...line(theme.smoothed, 1.8), paths: curve((f) => f.smoothed) },
      ],
      hooks: {
        drawClear: [(drawn) => frame && drawBackground(drawn, frame, grid.stroke, range)],
        draw: [(drawn) => frame && drawForeground(drawn, frame)],
      },
    };
    return new uPlot(options, [[], [], []], element);
  }

  function curve(values: (frame: Frame) => Float32Array | null): uPlot.Series.PathBuilder {
    return (drawn) => {
      const ys = frame && values(frame);
      if (!frame || !ys) return null;
      return { stroke: rawPath(frame.axis.xs, ys, plotArea(drawn)), flags: 0 };
    };
  }

  return {
    element,
    draw(current) {
      frame = current;
      const found = lossRange(current);
      range = found ?? { min: current.viewport.y === "log" ? 1 : 0, max: 10 };
      const key = JSON.stringify([current.viewport.y, current.theme, current.left, current.right]);
      if (!plot || key !== built) {
        plot?.destroy();
        plot = build(current);
        built = key;
      }
      if (plot.width !== current.width) plot.setSize({ width: current.width, height: lossHeight });
      // A few single strokes need more ink than a column full of them.
      const raw = plot.series[1];
      const crowded = rowsInView(current) > current.scale.width;
      if (raw) raw.alpha = crowded && current.theme.kind !== "highContrast" ? 0.45 : 0.75;
      // The path builders draw from the frame; uPlot gets only the edges, and so spends nothing on a million rows.
      const { min, max } = current.scale;
      const drawn = plot;
      drawn.batch(() => {
        const ends = [
          [min, max],
          [0, 0],
          [0, 0],
        ] satisfies uPlot.AlignedData;
        drawn.setData(ends, false);
        // Both by name: left to itself uPlot looks at y again only when x changes, and new losses would be cut off.
        drawn.setScale("x", { min, max });
        drawn.setScale("y", range);
      });
      waiting.hidden = current.state.rows.length > 0;
    },
  };
}

function rowsInView({ viewport, state }: Frame): number {
  const { rows } = state;
  const [from, to] = shownSteps(viewport, state);
  return rows.indexOf(to) - rows.indexOf(Math.max(0, from));
}

const line = (stroke: string, width: number): uPlot.Series => ({
  stroke,
  width,
  points: { show: false },
  spanGaps: false,
});

function plotArea(plot: uPlot): PlotArea {
  const { left, width } = plot.bbox;
  const { min = 0, max = 1 } = plot.scales["x"] ?? {};
  return {
    left,
    width,
    min,
    max,
    y: (value) => heightOf(plot, value),
  };
}

/** Device pixels from the top, or NaN where there is no such place: uPlot itself would put those at the bottom. */
function heightOf(plot: uPlot, value: number): number {
  const drawable = Number.isFinite(value) && (plot.scales["y"]?.distr !== 3 || value > 0);
  return drawable ? plot.valToPos(value, "y", true) : NaN;
}

function drawBackground(plot: uPlot, frame: Frame, gridColor: string, range: LossRange): void {
  const { ctx: g, bbox } = plot;
  const { theme, viewport, state } = frame;
  const ratio = window.devicePixelRatio;
  g.save();
  const now = pixelOf(frame, state.rows.completed);
  for (const band of bands(frame)) {
    const from = Math.round(band.from * ratio);
    const to = Math.round(band.to * ratio);
    const middle = Math.max(from, Math.min(to, Math.round(now * ratio)));
    g.fillStyle = theme.training;
    g.globalAlpha = theme.band * (0.7 + 2.6 * band.depth);
    g.fillRect(from, bbox.top, middle - from, bbox.height);
    g.globalAlpha *= 0.5;
    g.fillRect(middle, bbox.top, to - middle, bbox.height);
  }
  g.globalAlpha = theme.grid;
  g.fillStyle = gridColor;
  const log = viewport.y === "log";
  for (const value of lossTicks(range, log, lossHeight, 56)) {
    g.fillRect(bbox.left, Math.round(plot.valToPos(value, "y", true)), bbox.width, Math.max(1, Math.floor(ratio)));
  }
  g.restore();
}

function drawForeground(plot: uPlot, frame: Frame): void {
  const { ctx: g, bbox } = plot;
  const ratio = window.devicePixelRatio;
  const [from, to] = shownSteps(frame.viewport, frame.state);
  g.save();
  g.beginPath();
  g.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  g.clip();
  const place = {
    from,
    to,
    ratio,
    left: bbox.left,
    right: bbox.left + bbox.width,
    top: bbox.top,
    bottom: bbox.top + bbox.height,
    x: (step: number): number => pixelOf(frame, step) * ratio,
    y: (loss: number): number => heightOf(plot, loss),
  };
  drawEvaluations(g, frame, place);
  drawMarks(g, frame, place);
  g.restore();
}
