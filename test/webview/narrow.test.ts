/** The run view beside an editor, in a real Chromium: 360 pixels are enough. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRecording } from "../../webviews/run/dev/recording.ts";
import { launchChromium } from "../support/chromium.ts";
import { hydrateMessage } from "./support/messages.ts";
import { edges, place } from "./support/pixels.ts";
import { openView } from "./support/view.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const recording = createRecording({
  name: "bert-with-a-long-name-that-goes-on",
  spikes: { 8132: 0.9 },
  restarts: [7310],
});
const planned = 20_000;
const left = 54;
const right = 20;

/** Pixels that the page is wider than what shows of it, scroll bar excluded. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => (document.scrollingElement?.scrollWidth ?? Infinity) - document.documentElement.clientWidth);

const settled = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))));

test("nothing runs out of the page from 360 pixels on, in any status, axis or table", async () => {
  for (const width of [360, 400, 520, 640, 700, 1280]) {
    const view = await openView(browser, { width });
    const { page } = view;
    expect(await page.evaluate(() => getComputedStyle(document.body).padding)).toBe("0px");
    await view.send(hydrateMessage(recording, 12_480));
    expect(await overflow(page)).toBe(0);
    await view.send({
      type: "delta",
      status: { state: "failed", sentence: `/runs/${"x".repeat(200)} is full.`, remedy: "Make room, then resume." },
    });
    expect(await overflow(page)).toBe(0);
    await page.locator(".chart").nth(1).focus();
    for (let press = 0; press < 3; press++) {
      await page.keyboard.press("x");
      await settled(page);
      expect(await overflow(page)).toBe(0);
    }
    for (const toggle of await page.locator(".heading .link").all()) await toggle.click();
    await settled(page);
    expect(await page.locator(".twin:visible").count()).toBe(3);
    expect(await page.locator(".beside:visible").count()).toBe(0);
    expect(await overflow(page)).toBe(0);
    await view.close();
  }
});

test("made narrow and wide again, the pictures follow", async () => {
  const view = await openView(browser, { width: 1280 });
  await view.send(hydrateMessage(recording, 12_480));
  for (const width of [400, 900, 360, 1280]) {
    await view.page.setViewportSize({ width, height: 900 });
    await view.page.waitForFunction(
      () => document.documentElement.clientWidth - (document.querySelector("canvas.timeline")?.clientWidth ?? 0) === 24,
    );
    expect(await overflow(view.page)).toBe(0);
    const below = await view.page.evaluate(() => {
      const top = (selector: string): number => document.querySelector(selector)?.getBoundingClientRect().top ?? NaN;
      return top("canvas.coverage") > top("canvas.heatmap") && top(".notes") > top(".loss canvas") + 100;
    });
    expect(below).toBe(width < 640);
  }
  await view.close();
});

test("at 400 pixels stage bands stand at the same pixels in all three pictures, across nearly the whole width", async () => {
  const view = await openView(browser, { width: 400 });
  await view.send(hydrateMessage(createRecording(), 2000));
  const places = await Promise.all((["stages", "loss", "heatmap"] as const).map((name) => place(view.page, name)));
  for (const one of places) expect(one).toEqual(places[0]);
  const plot = (places[0]?.width ?? 0) - left - right;
  expect(plot).toBeGreaterThan(280);
  for (const border of [5000, 10_000, 15_000]) {
    const at = Math.round(left + (border / planned) * plot);
    const near = [at - 6, at + 6] as const;
    expect(await edges(view.page, "stages", 24, ...near)).toContain(at);
    expect(await edges(view.page, "loss", 12, ...near)).toEqual([at]);
    expect(await edges(view.page, "heatmap", 10, ...near)).toEqual([at]);
  }
  await view.close();
});

test("at 400 pixels every button and choice is whole and can be pressed", async () => {
  const view = await openView(browser, { width: 400 });
  await view.send(hydrateMessage(recording, 12_480));
  const { page } = view;
  const controls = await page.locator("vscode-button:visible, vscode-radio, vscode-dropdown, .link:visible").all();
  expect(controls.length).toBe(4 + 6 + 1 + 3 + 3);
  for (const control of controls) {
    // A trial click fails when another element covers the middle.
    if ((await control.getAttribute("disabled")) === null) await control.click({ trial: true });
    const box = await control.boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? Infinity)).toBeLessThanOrEqual(400);
  }
  await page.locator("vscode-button", { hasText: "? keys" }).click();
  const dialog = await page.locator("dialog").boundingBox();
  expect((dialog?.x ?? 0) + (dialog?.width ?? Infinity)).toBeLessThanOrEqual(400);
  expect(await overflow(page)).toBe(0);
  await view.close();
});

test("at 400 pixels the tooltip stays inside the picture, wherever the cursor is", async () => {
  const view = await openView(browser, { width: 400 });
  await view.send(hydrateMessage(recording, planned));
  const { page } = view;
  const chart = await page.locator(".chart").nth(1).boundingBox();
  if (!chart) throw new Error("no picture");
  for (let x = left; x <= chart.width - right; x += 20) {
    await page.mouse.move(chart.x + x, chart.y + 150);
    const tooltip = await page.locator(".tooltip").boundingBox();
    expect(tooltip?.x).toBeGreaterThanOrEqual(chart.x);
    expect((tooltip?.x ?? 0) + (tooltip?.width ?? Infinity)).toBeLessThanOrEqual(chart.x + chart.width);
    expect((tooltip?.y ?? 0) + (tooltip?.height ?? Infinity)).toBeLessThanOrEqual(chart.y + chart.height);
    expect(await overflow(page)).toBe(0);
  }
  await view.close();
});
