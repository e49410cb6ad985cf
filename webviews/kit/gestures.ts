/** Pointer and keys over a picture: hover, drag to select, shift-drag and wheel to pan and zoom, double-click, arrows. */

export interface GestureHandlers {
  /** Pointer at `x` CSS pixels from the element's left edge; null = it left. */
  hover(x: number | null): void;
  /** While dragging; null = the drag ended or was given up. */
  preview(from: number, to: number | null): void;
  select(from: number, to: number): void;
  pan(pixels: number): void;
  /** `factor` below 1 zooms in, about `x`. */
  zoom(factor: number, x: number): void;
  reset(): void;
  /** True when the key meant something. */
  key(event: KeyboardEvent): boolean;
}

/** A drag shorter than this is a click. */
const clickPixels = 4;

export function listenForGestures(element: HTMLElement, handlers: GestureHandlers): void {
  const at = (event: MouseEvent): number => event.clientX - element.getBoundingClientRect().left;
  let drag: { readonly from: number; last: number; readonly pans: boolean } | null = null;

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target instanceof HTMLButtonElement) return;
    drag = { from: at(event), last: at(event), pans: event.shiftKey };
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    event.preventDefault();
  });
  element.addEventListener("pointermove", (event) => {
    const x = at(event);
    if (drag?.pans) handlers.pan(x - drag.last);
    else if (drag && Math.abs(x - drag.from) >= clickPixels) handlers.preview(drag.from, x);
    if (drag) drag.last = x;
    handlers.hover(x);
  });
  element.addEventListener("pointerup", (event) => {
    if (!drag) return;
    const { from, pans } = drag;
    drag = null;
    const to = at(event);
    handlers.preview(from, null);
    if (!pans && Math.abs(to - from) >= clickPixels) handlers.select(from, to);
  });
  element.addEventListener("pointercancel", () => {
    if (drag) handlers.preview(drag.from, null);
    drag = null;
  });
  element.addEventListener("pointerleave", () => handlers.hover(null));
  element.addEventListener("dblclick", () => handlers.reset());
  element.addEventListener(
    "wheel",
    (event) => {
      // A picture that took every wheel would be a trap for who scrolls the page: so only with Ctrl (a pinch says
      // Ctrl too) or once the picture has the focus.
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== element) return;
      event.preventDefault();
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) handlers.pan(-event.deltaX);
      else handlers.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 400))), at(event));
    },
    { passive: false },
  );
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drag) {
      handlers.preview(drag.from, null);
      drag = null;
    } else if (!handlers.key(event)) return;
    event.preventDefault();
  });
}
