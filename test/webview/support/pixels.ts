/** Reading the three pictures: their canvases' places and pixels, in CSS pixels from the picture's left edge. */
import type { Page } from "playwright-core";

export type PictureName = "stages" | "loss" | "heatmap";

const selectors: Readonly<Record<PictureName, string>> = {
  stages: "canvas.timeline",
  loss: ".loss canvas",
  heatmap: "canvas.heatmap",
};

export type Rgba = readonly [number, number, number, number];

/** Pixels along y (CSS pixels from the canvas' top), one per device pixel from left to right. */
export async function row(page: Page, picture: PictureName, y: number): Promise<readonly Rgba[]> {
  return await page.evaluate(
    ([selector, at]) => {
      const canvas = document.querySelector(selector);
      if (!(canvas instanceof HTMLCanvasElement)) throw new Error(`no ${selector}`);
      const { data, width } = canvas
        .getContext("2d")!
        .getImageData(0, Math.round(at * devicePixelRatio), canvas.width, 1);
      return Array.from({ length: width }, (_, x): [number, number, number, number] => [
        data[4 * x]!,
        data[4 * x + 1]!,
        data[4 * x + 2]!,
        data[4 * x + 3]!,
      ]);
    },
    [selectors[picture], y] as const,
  );
}

/** One pixel at CSS coordinates within the canvas. */
export async function pixel(page: Page, picture: PictureName, x: number, y: number): Promise<Rgba> {
  const ratio = await page.evaluate(() => devicePixelRatio);
  return (await row(page, picture, y))[Math.floor(x * ratio)] ?? [0, 0, 0, 0];
}

export interface Place {
  readonly left: number;
  readonly width: number;
  /** Device pixels of the backing store. */
  readonly deviceWidth: number;
}

export async function place(page: Page, picture: PictureName): Promise<Place> {
  return await page.evaluate((selector) => {
    const canvas = document.querySelector(selector);
    if (!(canvas instanceof HTMLCanvasElement)) throw new Error(`no ${selector}`);
    const { left, width } = canvas.getBoundingClientRect();
    return { left, width, deviceWidth: canvas.width };
  }, selectors[picture]);
}

/** Device pixels at which the colour changes along y, between `from` and `to`. */
export async function edges(
  page: Page,
  picture: PictureName,
  y: number,
  from: number,
  to: number,
): Promise<readonly number[]> {
  const pixels = await row(page, picture, y);
  const found: number[] = [];
  for (let x = from + 1; x < to; x++) if (String(pixels[x]) !== String(pixels[x - 1])) found.push(x);
  return found;
}

/** How many pixels of a column between two heights are not what `other` shows there. */
export async function columnAlphas(page: Page, picture: PictureName, x: number): Promise<readonly number[]> {
  return await page.evaluate(
    ([selector, at]) => {
      const canvas = document.querySelector(selector);
      if (!(canvas instanceof HTMLCanvasElement)) throw new Error(`no ${selector}`);
      const { data, height } = canvas.getContext("2d")!.getImageData(at, 0, 1, canvas.height);
      return Array.from({ length: height }, (_, y) => data[4 * y + 3]!);
    },
    [selectors[picture], x] as const,
  );
}
