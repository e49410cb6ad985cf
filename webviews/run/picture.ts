/** The frame around one picture: heading, focusable plot with its summary, cursor line, selection, table twin. */
import { createLink } from "../kit/controls.ts";
import { el, setText } from "../kit/dom.ts";
import { listenForGestures, type GestureHandlers } from "../kit/gestures.ts";
import { createPagedTable, type TableData } from "../kit/table.ts";

export interface Picture {
  readonly element: HTMLElement;
  /** The cursor line at `x` CSS pixels; null hides it. */
  setCursor(x: number | null): void;
  setSelection(from: number, to: number | null): void;
  setSummary(sentence: string): void;
  /** Shows the table with these rows, or the picture. */
  setTwin(data: TableData | null): void;
}

/** What is `beside` lies over the chart's right margin; in a narrow view it stands below the chart. */
export function createPicture(
  title: string,
  legend: HTMLElement,
  content: HTMLElement,
  handlers: GestureHandlers,
  toggleTwin: () => void,
  beside: readonly HTMLElement[] = [],
): Picture {
  const cursor = el("div", { class: "cursor", hidden: true });
  const selection = el("div", { class: "selection", hidden: true });
  const chart = el(
    "div",
    { class: "chart", role: "group", attributes: { tabindex: "0", "aria-roledescription": "chart" } },
    [content, cursor, selection],
  );
  const twin = createPagedTable(title);
  twin.element.hidden = true;
  const toggle = createLink("Show as table", toggleTwin);
  toggle.setAttribute("aria-pressed", "false");
  listenForGestures(chart, handlers);
  return {
    element: el("section", { class: "picture", label: title }, [
      el("div", { class: "heading" }, [el("h2", { text: title }), legend, toggle]),
      chart,
      ...beside,
      twin.element,
    ]),
    setCursor(x) {
      cursor.hidden = x === null;
      if (x !== null) cursor.style.transform = `translateX(${Math.round(x)}px)`;
    },
    setSelection(from, to) {
      selection.hidden = to === null;
      if (to === null) return;
      selection.style.left = `${Math.min(from, to)}px`;
      selection.style.width = `${Math.abs(to - from)}px`;
    },
    setSummary(sentence) {
      if (chart.getAttribute("aria-label") !== sentence) chart.setAttribute("aria-label", sentence);
    },
    setTwin(data) {
      chart.hidden = data !== null;
      twin.element.hidden = data === null;
      setText(toggle, data === null ? "Show as table" : "Show as picture");
      toggle.setAttribute("aria-pressed", String(data !== null));
      if (data) twin.show(data);
    },
  };
}
