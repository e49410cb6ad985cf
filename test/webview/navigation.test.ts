/** Pointer, keys and table twins of the run view in a real Chromium. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRecording } from "../../webviews/run/dev/recording.ts";
import { launchChromium } from "../support/chromium.ts";
import { hydrateMessage } from "./support/messages.ts";
import { openView } from "./support/view.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const recording = createRecording();
const plain = (text: string): string => text.replaceAll("\u00a0", " ");

test("the keys move one cursor through all pictures, zoom, pan and reset", async () => {
  const view = await openView(browser);
  await view.send(hydrateMessage(recording, 12_480));
  const { page } = view;
  const kept = (): Promise<unknown> => page.evaluate(() => window.testHost.state);
  await page.locator(".chart").nth(1).focus();
  await page.keyboard.press("Home");
  const loss = recording.metrics(0, 12_480).loss;
  const tooltip = page.locator(".tooltip");
  expect(plain(await tooltip.innerText())).toContain(`training ${(loss[0] ?? NaN).toFixed(3)}`);
  await page.keyboard.press("End");
  expect(plain(await tooltip.innerText())).toContain("step 12 479");
  expect(plain(await tooltip.innerText())).toContain(`training ${(loss[12_479] ?? NaN).toFixed(3)}`);
  const lines = await page
    .locator(".cursor")
    .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().x));
  expect(lines).toHaveLength(3);
  expect(new Set(lines).size).toBe(1);
  for (let press = 0; press < 12; press++) await page.keyboard.press("+");
  expect(await kept()).toMatchObject({ restore: "/runs/one", range: [expect.any(Number), expect.any(Number)] });
  // Zoomed in to steps wider than a pixel, an arrow goes exactly one step.
  await page.keyboard.press("ArrowLeft");
  expect(plain(await tooltip.innerText())).toContain("step 12 478");
  expect(plain((await page.locator(".spoken").textContent()) ?? "")).toContain("step 12 478");
  await page.keyboard.press("0");
  expect(await kept()).toMatchObject({ range: null });
  await page.keyboard.press("f");
  expect(await kept()).toMatchObject({ range: "recorded" });
  await page.keyboard.press("x");
  await page.keyboard.press("l");
  expect(await kept()).toMatchObject({ axis: "tokens", y: "log" });
  await page.keyboard.press("Escape");
  expect(await tooltip.isVisible()).toBe(false);
  await page.keyboard.press("?");
  expect(await page.locator("dialog").innerText()).toContain("move the cursor");
  await page.keyboard.press("Escape");
  expect(await page.locator("dialog").isVisible()).toBe(false);
  expect(await view.violations()).toEqual([]);
  await view.close();
});

test("keys that come faster than drawings each count", async () => {
  const view = await openView(browser);
  await view.send(hydrateMessage(recording, 12_480));
  await view.page
    .locator(".chart")
    .nth(1)
    .evaluate((chart) => {
      for (let press = 0; press < 4; press++) chart.dispatchEvent(new KeyboardEvent("keydown", { key: "+" }));
    });
  const range = await view.page.evaluate(() => window.testHost.state);
  expect(range).toMatchObject({ range: [10_000 - 625, 10_000 + 625].map((step) => expect.closeTo(step, 3)) });
  await view.close();
});

test("dragging zooms, shift-drag pans, the wheel zooms, a double click resets", async () => {
  const view = await openView(browser);
  await view.send(hydrateMessage(recording, 12_480));
  const { page } = view;
  const range = async (): Promise<readonly number[]> => {
    const state: unknown = await page.evaluate(() => window.testHost.state);
    const found: unknown = typeof state === "object" && state !== null ? Reflect.get(state, "range") : null;
    return Array.isArray(found) ? found.map(Number) : [];
  };
  const box = await page.locator(".chart").nth(2).boundingBox();
  if (!box) throw new Error("no picture");
  const plot = box.width - 224;
  const at = (share: number): number => box.x + 74 + share * plot;
  const y = box.y + 60;
  await page.mouse.move(at(0.25), y);
  // A picture without the focus leaves the wheel to the page.
  await page.mouse.wheel(0, -200);
  await page.waitForTimeout(100);
  expect(await range()).toEqual([]);
  await page.mouse.down();
  await page.mouse.move(at(0.5), y, { steps: 4 });
  await page.mouse.up();
  const [from = 0, to = 0] = await range();
  expect(from).toBeCloseTo(5000, -2);
  expect(to).toBeCloseTo(10_000, -2);
  await page.keyboard.down("Shift");
  await page.mouse.move(at(0.5), y);
  await page.mouse.down();
  await page.mouse.move(at(0.4), y, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  const [panned = 0, end = 0] = await range();
  expect(end - panned).toBeCloseTo(to - from, 3);
  expect(panned - from).toBeCloseTo(500, -2);
  await page.mouse.wheel(0, -200);
  await page.waitForFunction((width) => {
    const state = window.testHost.state;
    const now: unknown = typeof state === "object" && state !== null ? Reflect.get(state, "range") : null;
    return Array.isArray(now) && Number(now[1]) - Number(now[0]) < width - 1;
  }, end - panned);
  await page.mouse.dblclick(at(0.5), y);
  expect(await range()).toEqual([]);
  await view.close();
});

test("the axis and smoothing choices work by keyboard and are kept", async () => {
  const view = await openView(browser);
  await view.send(hydrateMessage(recording, 12_480));
  const { page } = view;
  await page.locator("vscode-radio[aria-checked=true]").first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  expect(await page.evaluate(() => window.testHost.state)).toMatchObject({ axis: "flops" });
  await page.locator("vscode-dropdown").focus();
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => JSON.stringify(window.testHost.state).includes('"smoothing":0.98'));
  await view.close();
});

test("each picture has a summary and a table with the same data", async () => {
  const view = await openView(browser, { kept: { range: [4000, 4060] } });
  await view.send(hydrateMessage(recording, 12_480));
  const { page } = view;
  const summaries = await page
    .locator(".chart")
    .evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? ""));
  expect(plain(summaries[0] ?? "")).toContain("12 480 of 20 000 steps done");
  expect(summaries[1]).toMatch(/training loss from 5\.\d+ to 2\.\d+/);
  expect(summaries[2]).toContain("within three standard deviations");
  for (const toggle of await page.locator(".heading .link").all()) await toggle.click();
  await page.waitForFunction(() => document.querySelectorAll(".twin:not([hidden])").length === 3);
  const tables = await page
    .locator(".twin table")
    .evaluateAll((all) =>
      all.map((table) =>
        [...table.querySelectorAll("tr")].map((line) =>
          [...line.children].map((cell) => cell.textContent?.replaceAll("\u00a0", " ") ?? ""),
        ),
      ),
    );
  const rows = recording.metrics(4000, 4060);
  const lossRows = tables[1]?.slice(1) ?? [];
  expect(lossRows).toHaveLength(60);
  lossRows.forEach((cells, index) => {
    expect(cells[0]).toBe(`4 ${String(index).padStart(3, "0")}`);
    expect(cells[2]).toBe((rows.loss[index] ?? NaN).toFixed(4));
  });
  const heatRows = tables[2]?.slice(1) ?? [];
  expect(heatRows).toHaveLength(60);
  heatRows.forEach((cells, index) => {
    for (let layer = 0; layer < 12; layer++) {
      const on = ((rows.activeLayers[index * rows.bytesPerRow + (layer >> 3)] ?? 0) >> (layer & 7)) & 1;
      expect(cells[layer + 1]).toBe(on ? "100" : "0");
    }
  });
  const stageRows = tables[0]?.slice(1) ?? [];
  expect(stageRows.filter((cells) => cells[1] === "evaluation")).toHaveLength(24);
  expect(
    stageRows.filter((cells) => cells[1] === "checkpoint" && cells[2] !== "removed").map((cells) => cells[0]),
  ).toEqual(["5 000", "9 000", "10 000", "11 000", "12 000"]);
  await view.close();
});
