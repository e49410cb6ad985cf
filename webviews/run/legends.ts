/** The keys to the pictures, in their headings. */
import { el } from "../kit/dom.ts";

export const stagesLegend = (): HTMLElement =>
  el("small", {
    text: "planned above, actual below; ◆ checkpoint kept, ◇ rotating, · removed, ┃ evaluation, ✓ stage done, ↻ restart",
  });

export const lossLegend = (): HTMLElement =>
  el("small", {}, [
    el("span", { class: "training", text: "━ " }),
    "training, active subnetwork (raw and smoothed)  ",
    el("span", { class: "evaluation", text: "● " }),
    "evaluation, full network",
  ]);

export const heatmapLegend = (): HTMLElement =>
  el("small", { text: "share of steps in which a layer ran; right: coverage so far in %, expected ± 3σ" });
