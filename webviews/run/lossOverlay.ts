/** What stands over the training curves: evaluations with their own marker, unigram entropy, spikes, losses not finite. */
import { rimmedText } from "../kit/canvas.ts";
import { count, fixed } from "../kit/format.ts";
import type { Frame } from "./frame.ts";

/** The plot area in device pixels. */
export interface Place {
  readonly from: number;
  readonly to: number;
  readonly ratio: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  x(step: number): number;
  y(loss: number): number;
}

export function drawEvaluations(g: CanvasRenderingContext2D, { state, theme }: Frame, place: Place): void {
  const { ratio } = place;
  const shown = state.evaluations.map(({ step, loss }) => ({ step, x: place.x(step), y: place.y(loss) }));
  g.strokeStyle = g.fillStyle = theme.evaluation;
  g.lineWidth = ratio;
  g.beginPath();
  let pen = false;
  for (const { x, y } of shown) {
    if (Number.isFinite(y) && pen) g.lineTo(x, y);
    else if (Number.isFinite(y)) g.moveTo(x, y);
    pen = Number.isFinite(y);
  }
  g.stroke();
  const crowded = shown.length > (place.right - place.left) / (5 * ratio);
  for (const { x, y, step } of shown) {
    if (crowded || step < place.from || step > place.to || !Number.isFinite(y)) continue;
    g.beginPath();
    g.arc(x, y, 2.6 * ratio, 0, 2 * Math.PI);
    g.fill();
  }
}

export function drawMarks(g: CanvasRenderingContext2D, frame: Frame, place: Place): void {
  const { theme, state } = frame;
  g.font = theme.label.replace(/^(\d+)px/, (_, size: string) => `${Number(size) * place.ratio}px`);
  g.textBaseline = "middle";
  const entropy = drawEntropy(g, frame, place);
  const { rows } = state;
  const inView = frame.spikes.filter(({ row }) => {
    const step = rows.step[row] ?? -1;
    return step >= place.from && step <= place.to;
  });
  const highest = [...inView].sort((a, b) => b.loss - a.loss).slice(0, 3);
  const taken: number[] = [];
  g.fillStyle = theme.warning;
  for (const { row, loss } of highest) {
    const step = rows.step[row] ?? 0;
    const label = `▲ spike ${fixed(loss, 2)} at ${count(step)}`;
    const width = g.measureText(label).width;
    const x = Math.max(place.left + width / 2 + 4, Math.min(place.right - width / 2 - 4, place.x(step)));
    if (taken.some((other) => Math.abs(other - x) < width + 8)) continue;
    taken.push(x);
    g.textAlign = "center";
    let y = Math.max(place.top + 8 * place.ratio, place.y(loss) - 9 * place.ratio);
    const covers = entropy && x + width / 2 > entropy.left && Math.abs(y - entropy.middle) < 14 * place.ratio;
    if (covers) y = entropy.middle - 14 * place.ratio;
    rimmedText(g, label, x, y, theme.background);
  }
  drawNotFinite(g, frame, place);
}

/**
 * What a model reaches that knows the tokens' frequencies and nothing of their context. Gives where its words begin and
 * their middle height, for other words to keep clear of; null when nothing is drawn.
 */
function drawEntropy(
  g: CanvasRenderingContext2D,
  { state, theme }: Frame,
  place: Place,
): { readonly left: number; readonly middle: number } | null {
  const entropy = state.facts.unigramEntropy;
  if (entropy === null) return null;
  const y = Math.round(place.y(entropy)) + 0.5;
  if (!(y > place.top && y < place.bottom)) return null;
  // The words stand above the line, or below it where there is no room above.
  const above = y > place.top + 16 * place.ratio;
  g.strokeStyle = theme.dim;
  g.lineWidth = place.ratio;
  g.setLineDash([4 * place.ratio, 4 * place.ratio]);
  g.globalAlpha = 0.7;
  g.beginPath();
  g.moveTo(place.left, y);
  g.lineTo(place.right, y);
  g.stroke();
  g.setLineDash([]);
  g.globalAlpha = 1;
  g.fillStyle = theme.dim;
  g.textAlign = "right";
  const words = `unigram entropy ${fixed(entropy, 2)}`;
  const right = place.right - 6 * place.ratio;
  const middle = y + (above ? -8 : 9) * place.ratio;
  rimmedText(g, words, right, middle, theme.background);
  return { left: right - g.measureText(words).width - 6 * place.ratio, middle };
}

function drawNotFinite(g: CanvasRenderingContext2D, { state: { rows }, theme, notFinite }: Frame, place: Place): void {
  g.fillStyle = theme.bad;
  g.textAlign = "center";
  let free = -Infinity;
  for (const row of notFinite) {
    const step = rows.step[row] ?? 0;
    if (step < place.from || step > place.to) continue;
    const x = place.x(step);
    g.fillRect(Math.round(x), place.bottom - 6 * place.ratio, Math.max(1, place.ratio), 6 * place.ratio);
    const label = `✕ ${fixed(rows.loss[row] ?? NaN)} at ${count(step)}`;
    const width = g.measureText(label).width;
    const at = Math.max(place.left + width / 2 + 4, Math.min(place.right - width / 2 - 4, x));
    if (at - width / 2 < free) continue;
    free = at + width / 2 + 8;
    rimmedText(g, label, at, place.bottom - 14 * place.ratio, theme.background);
  }
}
