/** What pointer and keys do on the pictures: the same on each, for they share cursor and axis. */
import type { GestureHandlers } from "../kit/gestures.ts";
import { axisKinds } from "./axis.ts";
import type { Cursor } from "./cursor.ts";
import { pixelOf, type Frame } from "./frame.ts";
import { pressed, type KeyActions } from "./keys.ts";
import { between, including, type Twin, type Viewport } from "./viewport.ts";

export interface Navigated {
  /** The latest drawing; null before the first. */
  frame(): Frame | null;
  viewport(): Viewport;
  change(part: Partial<Viewport>): void;
  readonly cursor: Cursor;
  drawCursor(): void;
  /** Shows the range being dragged; `to` null takes it away. */
  select(from: number, to: number | null): void;
  toggleTwin(twin: Twin): void;
}

export function createNavigation(view: Navigated): (twin: Twin) => GestureHandlers {
  const { cursor } = view;
  const edges = (): readonly [number, number] => {
    const { left = 0, width = 1 } = view.frame()?.scale ?? {};
    return [left, left + width];
  };
  const show = (from: number, to: number): void => {
    const frame = view.frame();
    if (frame) view.change({ range: between(frame.scale, frame.axis, frame.state, from, to) });
  };
  const zoom = (factor: number, x: number): void => {
    const [left, right] = edges();
    show(x - (x - left) * factor, x + (right - x) * factor);
  };
  const pan = (pixels: number): void => {
    const [left, right] = edges();
    if (view.viewport().range !== null) show(left - pixels, right - pixels);
  };
  /** Keys may take the cursor out of view: then the view comes along. */
  const moving = (move: (frame: Frame) => void): void => {
    const frame = view.frame();
    if (!frame) return;
    move(frame);
    const { range } = view.viewport();
    const next = cursor.step === null ? range : including(view.viewport(), frame.state, cursor.step);
    if (next !== range) view.change({ range: next });
    view.drawCursor();
  };
  const centre = (): number => {
    const frame = view.frame();
    const [left, right] = edges();
    return frame && cursor.step !== null ? pixelOf(frame, cursor.step) : (left + right) / 2;
  };
  const halfPage = (): number => (edges()[1] - edges()[0]) / 2;
  const keys: Omit<KeyActions, "toggleTable"> = {
    move: (distance) => moving((frame) => cursor.move(frame, distance)),
    first: () => moving((frame) => cursor.set(frame, frame.state.rows.step[0] ?? 0)),
    last: () => moving((frame) => cursor.set(frame, frame.state.rows.completed - 1)),
    hide: () => moving((frame) => cursor.set(frame, null)),
    zoomIn: () => zoom(0.5, centre()),
    zoomOut: () => zoom(2, centre()),
    earlier: () => pan(halfPage()),
    later: () => pan(-halfPage()),
    whole: () => view.change({ range: null }),
    recorded: () => view.change({ range: "recorded" }),
    nextAxis() {
      const next = (axisKinds.indexOf(view.viewport().axis) + 1) % axisKinds.length;
      view.change({ axis: axisKinds[next] ?? "step" });
    },
    toggleLog: () => view.change({ y: view.viewport().y === "log" ? "linear" : "log" }),
  };

  return (twin) => ({
    hover(x) {
      const frame = view.frame();
      if (!frame) return;
      cursor.point(frame, x);
      view.drawCursor();
    },
    preview: view.select,
    select(from, to) {
      const [left, right] = edges();
      show(Math.max(left, Math.min(from, to)), Math.min(right, Math.max(from, to)));
    },
    pan,
    zoom,
    reset: () => view.change({ range: null }),
    key: (event) => pressed(event, { ...keys, toggleTable: () => view.toggleTwin(twin) }),
  });
}
