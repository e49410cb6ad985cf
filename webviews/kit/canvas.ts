/** A canvas whose backing store has one pixel per device pixel; drawing code works in CSS pixels. */

export interface Surface {
  readonly canvas: HTMLCanvasElement;
  /** Cleared, scaled to CSS pixels, for a picture of `width` x `height` CSS pixels. */
  begin(width: number, height: number): CanvasRenderingContext2D | null;
}

export function createSurface(className: string): Surface {
  const canvas = document.createElement("canvas");
  canvas.className = className;
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d");
  return {
    canvas,
    begin(width, height) {
      if (context === null) return null;
      const ratio = window.devicePixelRatio;
      const deviceWidth = Math.round(width * ratio);
      const deviceHeight = Math.round(height * ratio);
      // Setting a size clears and reallocates, so only when it changed.
      if (canvas.width !== deviceWidth || canvas.height !== deviceHeight) {
        canvas.width = deviceWidth;
        canvas.height = deviceHeight;
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
      }
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.globalAlpha = 1;
      context.clearRect(0, 0, deviceWidth, deviceHeight);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.textBaseline = "middle";
      context.textAlign = "left";
      context.lineWidth = 1;
      return context;
    },
  };
}

/** The nearest position, in CSS pixels, at which an edge falls between two device pixels: sharp at any ratio. */
export function snap(position: number): number {
  const ratio = window.devicePixelRatio;
  return Math.round(position * ratio) / ratio;
}

/** Text that stays legible over lines and curves: the background shows as a rim around it. */
export function rimmedText(g: CanvasRenderingContext2D, text: string, x: number, y: number, background: string): void {
  const { lineWidth, strokeStyle, lineJoin } = g;
  g.lineJoin = "round";
  g.lineWidth = 4 * window.devicePixelRatio;
  g.strokeStyle = background;
  g.strokeText(text, x, y);
  Object.assign(g, { lineWidth, strokeStyle, lineJoin });
  g.fillText(text, x, y);
}

/** The first of `texts` (longest first) that fits into `width`; "" when none does. */
export function fitText(context: CanvasRenderingContext2D, texts: readonly string[], width: number): string {
  return texts.find((candidate) => context.measureText(candidate).width <= width) ?? "";
}
