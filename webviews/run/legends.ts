/** The keys to the pictures, in their headings. */
import { el } from "../kit/dom.ts";

export const stagesLegend = (): HTMLElement =>
  el("small", {
    text: "planned above, actual below; ◆\u00a0checkpoint kept, ◇\u00a0rotating, ·\u00a0removed, ┃\u00a0evaluation, ✓\u00a0stage done, ↻\u00a0restart",
  });

export const lossLegend = (): HTMLElement =>
  el("small", {}, [
    el("span", { class: "training", text: "━\u00a0" }),
    "training, active subnetwork (raw and smoothed)  ",
    el("span", { class: "evaluation", text: "●\u00a0" }),
    "evaluation,\u00a0full\u00a0network",
  ]);

export const heatmapLegend = (): HTMLElement =>
  el("small", { text: "share of steps in which a layer ran; bars: coverage so far in %, expected ±\u00a03σ" });
