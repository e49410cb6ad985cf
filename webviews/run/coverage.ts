/**
 * Coverage: how often each layer ran so far, with the expected share and three standard deviations to either side.
 * Its rows continue the heatmap's at the right; in a narrow view they stand below it, with names of their own.
 */
import { createSurface, fitText, snap } from "../kit/canvas.ts";
import { percent } from "../kit/format.ts";
import { alarming, auditText } from "./audit.ts";
import type { Frame } from "./frame.ts";
import { drawLayerNames, heatmapHeight, heatmapTop, rowHeight } from "./heatmap.ts";
import { expectedCoverage } from "./work.ts";

export interface Coverage {
  readonly element: HTMLCanvasElement;
  draw(frame: Frame): void;
}

/** CSS pixels within the surface. */
interface Bars {
  readonly left: number;
  readonly top: number;
  readonly length: number;
  readonly height: number;
  /** Right edge of the figures. */
  readonly right: number;
}

const figureWidth = 46;
const titleHeight = 20;

export function createCoverage(): Coverage {
  const surface = createSurface("coverage beside");
  const begin = (frame: Frame, width: number, height: number): CanvasRenderingContext2D | null => {
    const g = surface.begin(width, height);
    if (g) g.font = frame.theme.label;
    return g;
  };
  return {
    element: surface.canvas,
    draw(frame) {
      const { layers } = frame.state.plan;
      if (frame.narrow) {
        const height = Math.min(13, rowHeight(layers));
        const g = begin(frame, frame.width, titleHeight + layers * height + 4);
        if (!g) return;
        drawTitle(g, frame);
        drawLayerNames(g, frame, titleHeight, height);
        const length = frame.width - frame.left - figureWidth;
        drawBars(g, frame, { left: frame.left, top: titleHeight, length, height, right: frame.width - 1 });
      } else {
        const g = begin(frame, frame.right, heatmapHeight(layers));
        if (!g) return;
        const length = frame.right >= 150 ? 80 : 44;
        const right = 12 + length + figureWidth;
        drawBars(g, frame, { left: 12, top: heatmapTop, length, height: rowHeight(layers), right });
        drawAudit(g, frame, 12, heatmapHeight(layers) - 10);
      }
    },
  };
}

function drawBars(g: CanvasRenderingContext2D, { state, theme }: Frame, bars: Bars): void {
  const { rows, plan } = state;
  if (rows.length === 0) return;
  const { left, top, length, height } = bars;
  const active = rows.activity(0, rows.length);
  const every = Math.ceil(12 / height);
  const inset = height > 14 ? 4 : height > 10 ? 3 : 1;
  g.textAlign = "right";
  for (let layer = 0; layer < plan.layers; layer++) {
    const share = (active[layer] ?? 0) / rows.length;
    const expected = expectedCoverage(plan, layer, rows.completed);
    const y = top + layer * height;
    g.fillStyle = theme.training;
    g.globalAlpha = 0.6;
    g.fillRect(left, y + inset, length * share, height - 2 * inset);
    g.globalAlpha = 1;
    const outside = Math.abs(share - expected.mean) > 3 * expected.sigma + 1e-9;
    if (expected.sigma > 0) {
      g.fillStyle = theme.foreground;
      for (const edge of [-3, 3]) {
        const at = left + length * Math.max(0, Math.min(1, expected.mean + edge * expected.sigma));
        g.fillRect(snap(at), y + inset - 2, 1, height - 2 * inset + 4);
      }
    }
    if (layer % every === 0 || outside) {
      g.fillStyle = outside ? theme.warning : theme.dim;
      g.fillText(`${outside ? "! " : ""}${percent(share)}`, bars.right, y + height / 2);
    }
  }
}

function drawTitle(g: CanvasRenderingContext2D, frame: Frame): void {
  const middle = titleHeight / 2 - 1;
  const audit = frame.audit ? g.measureText(auditText(frame.audit)).width : 0;
  g.fillStyle = frame.theme.dim;
  const texts = ["coverage so far in %, expected ± 3σ", "coverage in %, ± 3σ", "coverage in %"];
  g.fillText(fitText(g, texts, frame.width - frame.left - audit - 16), frame.left, middle);
  drawAudit(g, frame, frame.width - 1 - audit, middle);
}

function drawAudit(g: CanvasRenderingContext2D, { audit, theme, narrow, right }: Frame, x: number, y: number): void {
  if (!audit) return;
  g.fillStyle = audit.p < alarming ? theme.warning : theme.dim;
  g.textAlign = "left";
  const text = auditText(audit);
  g.fillText(narrow ? text : fitText(g, [`audit: ${text}`, text], right - x), x, y);
}
