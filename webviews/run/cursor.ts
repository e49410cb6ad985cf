/** One cursor for all pictures: a number of steps, shown as a line in each, a tooltip and side notes beside the loss. */
import { el, setText } from "../kit/dom.ts";
import { toValue } from "../kit/scale.ts";
import { pixelOf, type Frame } from "./frame.ts";
import { reading, sideNotes } from "./reading.ts";

export interface Cursor {
  /** Stands inside the loss plot. */
  readonly tooltip: HTMLElement;
  /** Stand beside it. */
  readonly notes: HTMLElement;
  /** What a screen reader is told when the keys move the cursor. */
  readonly spoken: HTMLElement;
  readonly step: number | null;
  /** To the step at `x` CSS pixels; null takes the cursor away. */
  point(frame: Frame, x: number | null): void;
  /** By keys: `columns` pixels to the right, never less than one step. */
  move(frame: Frame, columns: number): void;
  set(frame: Frame, step: number | null): void;
  /** Draws tooltip and notes; gives the line's position in CSS pixels, or null. */
  draw(frame: Frame): number | null;
}

export function createCursor(): Cursor {
  const tooltip = el("div", { class: "tooltip", hidden: true });
  const notes = el("div", { class: "notes beside" });
  const spoken = el("div", { class: "spoken", attributes: { "aria-live": "polite" } });
  let step: number | null = null;
  const clamp = (frame: Frame, value: number): number =>
    Math.max(0, Math.min(Math.max(frame.state.plan.steps, frame.state.rows.completed), Math.round(value)));

  return {
    tooltip,
    notes,
    spoken,
    get step() {
      return step;
    },
    point(frame, x) {
      const { scale, axis } = frame;
      const inside = x !== null && x >= scale.left && x <= scale.left + scale.width;
      step = inside ? clamp(frame, axis.stepAt(toValue(scale, x))) : null;
    },
    move(frame, columns) {
      const { scale, axis, state } = frame;
      const start = step ?? Math.max(0, state.rows.completed - 1);
      const at = axis.stepAt(toValue(scale, pixelOf(frame, start) + columns));
      const far = columns > 0 ? Math.max(start + 1, at) : Math.min(start - 1, at);
      step = clamp(frame, far);
      setText(
        spoken,
        reading(frame, step)
          .map((line) => line.text)
          .join("; "),
      );
    },
    set(frame, to) {
      step = to === null ? null : clamp(frame, to);
      setText(
        spoken,
        step === null
          ? ""
          : reading(frame, step)
              .map((line) => line.text)
              .join("; "),
      );
    },
    draw(frame) {
      fill(
        notes,
        sideNotes(frame, step).map((text) => ({ text, class: "" })),
      );
      notes.style.width = frame.narrow ? "" : `${frame.right - 14}px`;
      notes.style.marginLeft = frame.narrow ? `${frame.left}px` : "";
      const x = step === null ? null : pixelOf(frame, step);
      const visible = x !== null && x >= frame.scale.left - 1 && x <= frame.scale.left + frame.scale.width + 1;
      tooltip.hidden = !visible;
      if (step === null || !visible) return null;
      fill(tooltip, reading(frame, step));
      // To the side with room, so that it never covers the step it speaks of.
      const { offsetWidth } = tooltip;
      const edge = frame.narrow ? frame.width : frame.scale.left + frame.scale.width;
      const flip = x + 12 + offsetWidth > edge && x - 10 - offsetWidth >= 0;
      // Where neither side has room it keeps to the right end: that is where loss curves leave the top free.
      const place = flip ? x - 10 - offsetWidth : Math.max(0, Math.min(frame.width - offsetWidth, x + 10));
      tooltip.style.transform = `translate(${Math.round(place)}px, 14px)`;
      return x;
    },
  };
}

function fill(element: HTMLElement, lines: readonly { readonly text: string; readonly class: string }[]): void {
  while (element.children.length > lines.length) element.lastElementChild?.remove();
  lines.forEach((line, index) => {
    const child = element.children[index] ?? element.appendChild(el("div"));
    child.className = line.class;
    setText(child, line.text);
  });
}
