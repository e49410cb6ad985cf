/** The row of choices above the pictures: axes, smoothing, and how to zoom. */
import { createButton, createDropdown, createSegments } from "../kit/controls.ts";
import { el } from "../kit/dom.ts";
import { axisKinds, axisNames } from "./axis.ts";
import { smoothings, type Viewport } from "./viewport.ts";

export interface Bar {
  readonly element: HTMLElement;
  update(viewport: Viewport): void;
}

export function createBar(start: Viewport, change: (part: Partial<Viewport>) => void, help: () => void): Bar {
  const x = createSegments(
    "Horizontal axis",
    axisKinds.map((kind) => ({ value: kind, label: axisNames[kind] })),
    start.axis,
    (axis) => change({ axis }),
  );
  const y = createSegments(
    "Vertical axis",
    [
      { value: "linear", label: "linear" },
      { value: "log", label: "log" },
    ] as const,
    start.y,
    (scale) => change({ y: scale }),
  );
  const smoothing = createDropdown(
    "Smoothing of the training loss; restarts at each stage",
    smoothings.map((decay) => ({ value: String(decay), label: decay === 0 ? "off" : decay.toFixed(2) })),
    String(start.smoothing),
    (decay) => change({ smoothing: Number(decay) }),
  );
  const recorded = createButton(
    "So far",
    "secondary",
    () => change({ range: "recorded" }),
    "Show the steps done so far",
  );
  const whole = createButton("Whole run", "secondary", () => change({ range: null }), "Show the whole planned run");
  return {
    element: el("div", { class: "bar" }, [
      named("x", x.element),
      named("y", y.element),
      named("smoothing", smoothing.element, "Starts afresh at each stage and each restart"),
      el("div", { class: "choice" }, [recorded.element, whole.element]),
      el("span", { class: "spacer" }),
      el("span", { class: "hint", text: "drag or Ctrl+wheel to zoom · shift-drag to pan · double-click to reset" }),
      createButton("? keys", "secondary", help, "Keys of the pictures").element,
    ]),
    update(viewport) {
      x.set(viewport.axis);
      y.set(viewport.y);
      smoothing.set(String(viewport.smoothing));
      recorded.setEnabled(viewport.range !== "recorded");
      whole.setEnabled(viewport.range !== null);
    },
  };
}

/** A choice and its name, which a wrapped row keeps together. */
const named = (name: string, choice: HTMLElement, title = ""): HTMLElement =>
  el("div", { class: "choice", title }, [el("span", { text: name }), choice]);
