/** The three pictures in a real Chromium: pixels follow the data. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRecording } from "../../webviews/run/dev/recording.ts";
import { cellAlpha } from "../../webviews/run/heatmap.ts";
import { launchChromium } from "../support/chromium.ts";
import { deltaMessage, hydrateMessage } from "./support/messages.ts";
import { columnAlphas, edges, pixel, place, row } from "./support/pixels.ts";
import { openView } from "./support/view.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** As frame.ts sets them for wide views. */
const left = 74;
const right = 150;
const planned = 20_000;
const spikeStep = 8132;

test("one step of 20 000 is seen: a spike stands at its column and at its height", async () => {
  const columns = await Promise.all(
    [{}, { [spikeStep]: 1.5 }].map(async (spikes) => {
      const view = await openView(browser);
      await view.send(hydrateMessage(createRecording({ spikes }), planned));
      const { width } = await place(view.page, "loss");
      const x = Math.floor(left + (spikeStep / planned) * (width - left - right));
      const alphas = await columnAlphas(view.page, "loss", x);
      await view.close();
      return alphas;
    }),
  );
  const [without, spiked] = columns;
  const differing = [...(spiked?.keys() ?? [])].filter((y) => (spiked?.[y] ?? 0) > (without?.[y] ?? 0) + 20);
  // 1.5 nats of a range of about four on some 280 pixels, above the curve's own noise: a line, not a dot.
  expect(differing.length).toBeGreaterThan(70);
  const first = differing[0] ?? 0;
  const last = differing.at(-1) ?? 0;
  expect(last - first).toBeLessThan(differing.length + 30);
});

test("a run watched from its beginning looks like the same run opened late", async () => {
  const recording = createRecording({});
  const [watched, opened] = await Promise.all(
    [400, 12_000].map(async (first) => {
      const view = await openView(browser);
      await view.send(hydrateMessage(recording, first));
      for (let from = first; from < 12_000; from += 2900) {
        await view.send(deltaMessage(recording, from, from + 2900));
        await place(view.page, "loss");
      }
      const columns = await Promise.all([80, 200, 400, 600].map((x) => columnAlphas(view.page, "loss", x)));
      await view.close();
      return columns;
    }),
  );
  expect(watched).toEqual(opened);
});

test("every device pixel column of the raw curve spans exactly its data's least to greatest", async () => {
  const recording = createRecording({ spikes: { 4000: 1, 4001: -0.8, 12_345: 2 } });
  const view = await openView(browser, { kept: { smoothing: 0, y: "linear" } });
  const { events: _events, ...message } = hydrateMessage(recording, planned);
  // Without evaluations over it the curve is alone; the smoothing is off.
  await view.send({ ...message, events: [], evaluations: recording.evaluations(0, 0) });
  const { width } = await place(view.page, "loss");
  const plot = width - left - right;
  const { loss, length } = message.metrics;
  const low = Math.min(...loss);
  const high = Math.max(...loss);
  const room = Math.max((high - low) * 0.05, high * 0.002);
  // uPlot's plot area: 300 pixels high, 8 above and 10 below.
  const y = (value: number): number => 8 + ((high + room - value) / (high - low + 2 * room)) * 282;
  for (const step of [1200, 4000, 9001, 12_345, 15_000, 19_990]) {
    const column = Math.floor((step / planned) * plot);
    const inside = [...loss.subarray(0, length)].filter((_, s) => Math.floor((s / planned) * plot) === column);
    const alphas = await columnAlphas(view.page, "loss", left + column);
    const background = alphas[12] ?? 0;
    const inked = (at: number): boolean => (alphas[at] ?? 0) > background + 60;
    // From the curve's lowest pixel up as far as it goes without a gap: labels and dashes above are not the curve.
    let lowest = 288;
    while (!inked(lowest)) lowest--;
    let highest = lowest;
    while (inked(highest - 1)) highest--;
    const top = y(Math.max(...inside));
    const bottom = y(Math.min(...inside));
    // The line to the neighbouring column may reach further, never less far.
    expect(highest).toBeLessThanOrEqual(top + 1.5);
    expect(lowest).toBeGreaterThanOrEqual(bottom - 2.5);
    const neighbours = [...loss.subarray(0, length)].filter(
      (_, s) => Math.abs(Math.floor((s / planned) * plot) - column) <= 1,
    );
    expect(highest).toBeGreaterThanOrEqual(y(Math.max(...neighbours)) - 2.5);
    expect(lowest).toBeLessThanOrEqual(y(Math.min(...neighbours)) + 2.5);
  }
  await view.close();
});

for (const scale of [1, 2]) {
  test(`stage bands stand at the same pixels in all three pictures (${scale} device pixels per pixel)`, async () => {
    const view = await openView(browser, { scale });
    await view.send(hydrateMessage(createRecording(), 2000));
    const places = await Promise.all((["stages", "loss", "heatmap"] as const).map((name) => place(view.page, name)));
    for (const one of places) {
      expect(one).toEqual(places[0]);
      expect(one.deviceWidth).toBe(Math.round(one.width * scale));
    }
    const { width } = places[0] ?? { width: 0 };
    const plot = width - left - right;
    for (const border of [5000, 10_000, 15_000]) {
      const at = Math.round((left + (border / planned) * plot) * scale);
      const near = [at - 6, at + 6] as const;
      // Heights without text, grid lines or curves: the lower rim of the planned lane, the plot's top, the first layer.
      const stages = await edges(view.page, "stages", 24, ...near);
      const loss = await edges(view.page, "loss", 12, ...near);
      const heatmap = await edges(view.page, "heatmap", 10, ...near);
      expect(loss).toEqual([at]);
      expect(heatmap).toEqual([at]);
      expect(stages).toContain(at);
    }
    await view.close();
  });
}

test("each heatmap cell is as opaque as the share of steps in which its layer ran, as the trainer's own draws say", async () => {
  const recording = createRecording();
  const view = await openView(browser);
  await view.send(hydrateMessage(recording, 12_480));
  const { width } = await place(view.page, "heatmap");
  const plot = width - left - right;
  const { activeLayers, bytesPerRow } = recording.metrics(0, 12_480);
  const bucket = 200;
  for (const layer of [0, 1, 4, 9, 11]) {
    const pixels = await row(view.page, "heatmap", 4 + layer * 16 + 7);
    for (const cell of [0, 3, 24, 25, 31, 49, 50, 61]) {
      let active = 0;
      for (let step = cell * bucket; step < (cell + 1) * bucket; step++) {
        active += ((activeLayers[step * bytesPerRow + (layer >> 3)] ?? 0) >> (layer & 7)) & 1;
      }
      const x = Math.floor(left + (((cell + 0.4) * bucket) / planned) * plot);
      expect(Math.abs((pixels[x]?.[3] ?? 0) - 255 * cellAlpha(active / bucket))).toBeLessThanOrEqual(2);
    }
  }
  // Beyond now nothing but the faint band.
  expect((await pixel(view.page, "heatmap", left + 0.9 * plot, 11))[3]).toBeLessThan(30);
  await view.close();
});

test("zoomed in to single steps, a cell is on or off as the layer was", async () => {
  const recording = createRecording();
  const view = await openView(browser, { kept: { range: [6000, 6100] } });
  await view.send(hydrateMessage(recording, 12_480));
  const { width } = await place(view.page, "heatmap");
  const plot = width - left - right;
  const { activeLayers, bytesPerRow } = recording.metrics(6000, 6100);
  for (const layer of [0, 2, 7]) {
    const pixels = await row(view.page, "heatmap", 4 + layer * 16 + 7);
    for (let step = 0; step < 100; step++) {
      const on = ((activeLayers[step * bytesPerRow + (layer >> 3)] ?? 0) >> (layer & 7)) & 1;
      const alpha = pixels[Math.floor(left + ((step + 0.4) / 100) * plot)]?.[3] ?? 0;
      expect(Math.abs(alpha - 255 * cellAlpha(on))).toBeLessThanOrEqual(2);
    }
  }
  await view.close();
});

test("losses that are not numbers are marked, and do not break the rest", async () => {
  const view = await openView(browser, { kept: { y: "log" } });
  const clean = await openView(browser, { kept: { y: "log" } });
  const steps = 2000;
  await view.send(hydrateMessage(createRecording({ steps, notFinite: [700, 701] }), 1500));
  await clean.send(hydrateMessage(createRecording({ steps }), 1500));
  const { width } = await place(view.page, "loss");
  const x = Math.round(left + (700 / steps) * (width - left - right));
  const marked = await columnAlphas(view.page, "loss", x);
  const unmarked = await columnAlphas(clean.page, "loss", x);
  const bottom = [...marked.keys()].slice(284, 289);
  expect(bottom.every((y) => (marked[y] ?? 0) > (unmarked[y] ?? 0) + 100)).toBe(true);
  // The curves break there; they do not fall to the bottom, on a log axis neither.
  for (const beside of [x - 1, x + 2]) {
    const column = await columnAlphas(view.page, "loss", beside);
    expect(Math.max(...column.slice(255, 262))).toBeLessThan(40);
  }
  await view.close();
  await clean.close();
});

test("a delta extends the pictures and leaves the zoom where it is", async () => {
  const recording = createRecording();
  const view = await openView(browser, { kept: { range: [1000, 3000] } });
  await view.send(hydrateMessage(recording, 2000));
  const { width } = await place(view.page, "heatmap");
  const plot = width - left - right;
  const later = Math.round(left + 0.75 * plot) + 3;
  const early = Math.round(left + 0.25 * plot) + 3;
  const before = await row(view.page, "heatmap", 11);
  expect(before[later]?.[3]).toBeLessThan(30);
  await view.send(deltaMessage(recording, 2000, 2800));
  const after = await row(view.page, "heatmap", 11);
  expect(after[later]?.[3]).toBeGreaterThan(200);
  expect(after.slice(left, early)).toEqual(before.slice(left, early));
  await view.close();
});

test("a change of theme redraws in the new colours", async () => {
  const view = await openView(browser, { theme: "dark" });
  await view.send(hydrateMessage(createRecording(), 12_480));
  const dark = await pixel(view.page, "heatmap", 100, 11);
  expect(dark.slice(0, 3)).toEqual([0x37, 0x94, 0xff].map((value) => expect.closeTo(value, -0.7)));
  await view.setTheme("light");
  await view.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const light = await pixel(view.page, "heatmap", 100, 11);
  expect(light.slice(0, 3)).toEqual([0x1a, 0x85, 0xff].map((value) => expect.closeTo(value, -0.7)));
  const background = await view.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(background).toBe("rgb(255, 255, 255)");
  await view.close();
});
