/** Reads the run view: its words, and the pixels of its three pictures. */
import type { FrameLocator, Locator, Page } from "playwright-core";
import { extensionId } from "./session.ts";
import { webview } from "./workbench.ts";

export interface RunView {
  readonly frame: FrameLocator;
  /** The chip that names the run's state. */
  readonly state: Locator;
  readonly pictures: Readonly<Record<PictureName, Locator>>;
  /** The steps done, as the row of figures says. */
  steps(): Promise<number>;
  button(name: string): Locator;
}

export type PictureName = "timeline" | "heatmap" | "loss";

export function runView(page: Page): RunView {
  const frame = webview(page, extensionId);
  return {
    frame,
    state: frame.locator(".chip"),
    pictures: {
      timeline: frame.locator("canvas.timeline"),
      heatmap: frame.locator("canvas.heatmap"),
      loss: frame.locator(".loss canvas"),
    },
    async steps() {
      const figure = frame.locator(".figures > div", { has: frame.locator("dt", { hasText: /^step$/ }) });
      return Number((await figure.locator("b").innerText()).replace(/\D/g, ""));
    },
    button: (name) => frame.getByRole("button", { name }),
  };
}

export interface Painted {
  /** Pixels that are not fully transparent, as a share of all. */
  readonly share: number;
  readonly colours: number;
  /** A number that differs where the picture does. */
  readonly fingerprint: number;
}

/** What stands in a canvas right now. */
export function painted(canvas: Locator): Promise<Painted> {
  return canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const context = (element as HTMLCanvasElement).getContext("2d");
    if (context === null || width === 0 || height === 0) return { share: 0, colours: 0, fingerprint: 0 };
    const { data } = context.getImageData(0, 0, width, height);
    const pixels = new Uint32Array(data.buffer);
    const colours = new Set<number>();
    let inked = 0;
    let fingerprint = 0;
    pixels.forEach((pixel, index) => {
      colours.add(pixel);
      if (pixel >>> 24 !== 0) inked++;
      fingerprint = (Math.imul(fingerprint, 31) + pixel + index) | 0;
    });
    return { share: inked / pixels.length, colours: colours.size, fingerprint };
  });
}
