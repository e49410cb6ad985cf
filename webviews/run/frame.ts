/** All that the pictures need for one drawing, worked out once, so that they cannot disagree. */
import { toPixel, type Scale } from "../kit/scale.ts";
import { createAxis, type Axis } from "./axis.ts";
import { sharedScale, type Viewport } from "./viewport.ts";
import type { Derived } from "./derived.ts";
import type { RunState } from "./state.ts";
import type { Theme } from "../kit/theme.ts";

export interface Frame extends Derived {
  readonly state: RunState;
  readonly viewport: Viewport;
  readonly theme: Theme;
  readonly axis: Axis;
  readonly scale: Scale;
  /** CSS pixels of the whole picture and of the margins beside the plot area. */
  readonly width: number;
  readonly left: number;
  readonly right: number;
  /** No room for a margin at the right: what stands beside the pictures in wider views stands below them. */
  readonly narrow: boolean;
}

/** Margins hold the names at the left and, where there is room, notes and coverage at the right. */
function marginsFor(width: number): Pick<Frame, "left" | "right" | "narrow"> {
  if (width >= 900) return { left: 74, right: 150, narrow: false };
  if (width >= 616) return { left: 58, right: 104, narrow: false };
  return { left: 54, right: 20, narrow: true };
}

export function createFrame(state: RunState, viewport: Viewport, theme: Theme, width: number, derived: Derived): Frame {
  const margins = marginsFor(width);
  const plotWidth = Math.max(50, width - margins.left - margins.right);
  const axis = createAxis(viewport.axis, state, derived.fit);
  return {
    state,
    viewport,
    theme,
    axis,
    scale: sharedScale(viewport, state, axis, margins.left, plotWidth),
    width,
    ...margins,
    ...derived,
  };
}

/** CSS pixels of "after `step` steps". */
export const pixelOf = (frame: Frame, step: number): number => toPixel(frame.scale, frame.axis.at(step));

export interface Band {
  readonly index: number;
  readonly name: string;
  readonly meanLayers: number;
  readonly keepProbability: number;
  readonly steps: number;
  readonly firstStep: number;
  /** Exclusive. */
  readonly endStep: number;
  /** CSS pixels, cut to the plot area. */
  readonly from: number;
  readonly to: number;
  /** 0 for the smallest subnetworks of this plan, 1 for the full network. */
  readonly depth: number;
}

/** The stages as far as they are in view: the same pixels for every picture. */
export function bands(frame: Frame): readonly Band[] {
  const { scale, state } = frame;
  const { plan } = state;
  const least = Math.min(...plan.stages.map((stage) => stage.meanLayers));
  const right = scale.left + scale.width;
  return plan.stages.flatMap((stage) => {
    const from = Math.max(scale.left, pixelOf(frame, stage.firstStep));
    const to = Math.min(right, pixelOf(frame, stage.lastStep + 1));
    if (!(to > from)) return [];
    const depth = plan.layers > least ? (stage.meanLayers - least) / (plan.layers - least) : 1;
    return [{ ...stage, endStep: stage.lastStep + 1, from, to, depth }];
  });
}
