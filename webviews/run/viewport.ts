/** What part of the run is shown, and how: chosen by the user, kept while rows arrive and while the view is hidden. */
import { fields, finite } from "../kit/check.ts";
import { toValue, type Scale } from "../kit/scale.ts";
import { axisKinds, type Axis, type AxisKind } from "./axis.ts";
import type { RunState } from "./state.ts";

export const smoothings = [0, 0.6, 0.9, 0.98] as const;

export type Twin = "stages" | "loss" | "heatmap";

export interface Viewport {
  readonly axis: AxisKind;
  readonly y: "linear" | "log";
  readonly smoothing: number;
  /** Completed steps from..to, whatever the axis; null = the whole planned run, "recorded" = what there is so far. */
  readonly range: readonly [number, number] | "recorded" | null;
  /** Pictures shown as tables. */
  readonly tables: readonly Twin[];
}

export const startViewport: Viewport = { axis: "step", y: "linear", smoothing: 0.9, range: null, tables: [] };

/** From what the host kept; whatever is not understood falls back to the start. */
export function parseViewport(value: unknown): Viewport {
  const kept = fields(value);
  if (!kept) return startViewport;
  const range = Array.isArray(kept["range"]) ? kept["range"].map(finite) : [];
  const [from, to] = range;
  const tables = Array.isArray(kept["tables"]) ? kept["tables"] : [];
  return {
    axis: axisKinds.find((kind) => kind === kept["axis"]) ?? startViewport.axis,
    y: kept["y"] === "log" ? "log" : "linear",
    smoothing: smoothings.find((decay) => decay === kept["smoothing"]) ?? startViewport.smoothing,
    range:
      typeof from === "number" && typeof to === "number" && to > from
        ? [from, to]
        : kept["range"] === "recorded"
          ? "recorded"
          : null,
    tables: (["stages", "loss", "heatmap"] as const).filter((twin) => tables.includes(twin)),
  };
}

/** Completed steps at the left and right edge. */
export function shownSteps(viewport: Viewport, state: RunState): readonly [number, number] {
  const whole = Math.max(state.plan.steps, state.rows.completed);
  if (viewport.range === "recorded") return [state.rows.step[0] ?? 0, Math.max(state.rows.completed, 1)];
  return viewport.range ?? [0, whole];
}

export function sharedScale(viewport: Viewport, state: RunState, axis: Axis, left: number, width: number): Scale {
  const [from, to] = shownSteps(viewport, state);
  const min = axis.at(from);
  const max = axis.at(to);
  return { min, max: max > min ? max : min + 1, left, width };
}

/** The same width moved so that `step` is in its middle; the range as it is where `step` is in view already. */
export function including(viewport: Viewport, state: RunState, step: number): Viewport["range"] {
  const [from, to] = shownSteps(viewport, state);
  if (step >= from && step <= to) return viewport.range;
  const whole = Math.max(state.plan.steps, state.rows.completed);
  const low = Math.max(0, Math.min(whole - (to - from), step - (to - from) / 2));
  return [low, low + (to - from)];
}

/** No closer than this many steps from edge to edge. */
const fewestSteps = 4;

/** The view between two pixels of the present scale, as a range of steps within the run; null when it is the whole run. */
export function between(scale: Scale, axis: Axis, state: RunState, from: number, to: number): Viewport["range"] {
  const whole = Math.max(state.plan.steps, state.rows.completed);
  let low = axis.stepAt(toValue(scale, Math.min(from, to)));
  let high = axis.stepAt(toValue(scale, Math.max(from, to)));
  if (high - low < fewestSteps) {
    const middle = (low + high) / 2;
    low = middle - fewestSteps / 2;
    high = middle + fewestSteps / 2;
  }
  // Pushed back inside rather than cut, so that panning against an end keeps the zoom.
  const width = Math.min(whole, high - low);
  low = Math.min(Math.max(0, low), whole - width);
  return width >= whole ? null : [low, low + width];
}
