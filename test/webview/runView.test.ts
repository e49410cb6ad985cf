/** The run view in a real Chromium under the extension's policy: what it says, how it answers, how keys work. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunStatus } from "../../trainer/protocol/status.ts";
import { createRecording } from "../../webviews/run/dev/recording.ts";
import { launchChromium } from "./support/chromium.ts";
import { deltaMessage, hydrateMessage } from "./support/messages.ts";
import { openView, runBundle, type View } from "./support/view.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const recording = createRecording();
const plain = (text: string): string => text.replaceAll("\u00a0", " ");
const bodyText = async (view: View): Promise<string> => plain(await view.page.locator("main").innerText());

test("says ready, hydrates, and breaks no policy in any theme", async () => {
  for (const theme of ["dark", "light", "high-contrast"] as const) {
    const view = await openView(browser, { theme });
    expect(await view.sent()).toEqual([{ type: "ready" }]);
    await view.send(hydrateMessage(recording, 12_480));
    const text = await bodyText(view);
    expect(text).toContain("bert-small (synthetic) · raptr 6-8-10-12");
    expect(text).toContain("12 480 / 20 000");
    expect(text).toContain("stage 3 of 4");
    expect(text).toMatch(/1\.58 \/ 1\.\d\d whole run 1\.33/);
    expect(text).toContain("6 → 8 of 12");
    expect(text).toContain("planned; in about");
    expect(await view.violations()).toEqual([]);
    await view.close();
  }
});

test("figures follow the deltas", async () => {
  const view = await openView(browser);
  await view.send(hydrateMessage(recording, 100));
  expect(await bodyText(view)).toContain("100 / 20 000");
  await view.send(deltaMessage(recording, 100, 1600));
  const text = await bodyText(view);
  expect(text).toContain("1 600 / 20 000");
  const { loss } = recording.evaluations(1000, 1500);
  expect(text).toContain(`${(loss.at(-1) ?? NaN).toFixed(3)} at 1 500`);
  expect(text).toMatch(/since 1 000/);
  expect(await view.violations()).toEqual([]);
  await view.close();
});

test("before the first step it says what it waits for, then the pictures take over", async () => {
  const view = await openView(browser);
  expect(await bodyText(view)).toContain("Reading the run");
  await view.send(hydrateMessage(recording, 0));
  const text = await bodyText(view);
  expect(text).toContain("Waiting for the first step");
  expect(text).toContain("preparing");
  await view.send({ ...deltaMessage(recording, 0, 3), status: { state: "running", launch: 1, pid: 1 } });
  expect(await bodyText(view)).not.toContain("Waiting for the first step");
  expect(await view.violations()).toEqual([]);
  await view.close();
});

const expectations: readonly (readonly [RunStatus, string, readonly string[]])[] = [
  [{ state: "running", launch: 1, pid: 1 }, "running", ["Checkpoint now", "Pause", "Stop…", "Open schedule"]],
  [{ state: "paused", launch: 1, pid: 1 }, "memory is released", ["Resume", "Stop…", "Open schedule"]],
  [{ state: "stopping", launch: 1, pid: 1 }, "Stopping as asked", ["Stop…", "Open schedule"]],
  [{ state: "stopped" }, "Resume goes on from the checkpoint at step 3 000", ["Resume", "Open schedule"]],
  [{ state: "completed" }, "completed", ["Open schedule"]],
  [
    { state: "lost", lastStep: 3300 },
    "gone without a last word, after step 3 300",
    ["Resume", "Show log", "Open schedule"],
  ],
  [
    { state: "nonFinite", step: 3301, tensor: "loss" },
    "loss is no longer finite",
    ["Resume", "Show log", "Open schedule"],
  ],
  [
    { state: "failed", sentence: "The disk is full.", remedy: "Make room, then resume." },
    "The disk is full. Make room, then resume.",
    ["Resume", "Show log", "Open schedule"],
  ],
  [
    { state: "damaged", sentence: "run.json cannot be read." },
    "run.json cannot be read.",
    ["Show log", "Open schedule"],
  ],
];

test("each status says what is the matter and what to do, and enables what makes sense", async () => {
  const view = await openView(browser);
  await view.send(hydrateMessage(recording, 3300));
  for (const [status, sentence, commands] of expectations) {
    await view.send({ type: "delta", status });
    expect(await bodyText(view)).toContain(sentence);
    const enabled = await view.page.locator(".commands vscode-button:not([disabled]):not([hidden])").allTextContents();
    expect(enabled).toEqual(commands);
  }
  await view.close();
});

test("a command is sent once, waits for its answer, and says why it was refused", async () => {
  const view = await openView(browser);
  await view.send(hydrateMessage(recording, 3300));
  const pause = view.page.locator("vscode-button", { hasText: "Pause" });
  await pause.focus();
  await view.page.keyboard.press("Enter");
  await view.page.keyboard.press("Enter");
  const commands = (await view.sent()).filter((message) => message.type === "command");
  expect(commands).toEqual([{ type: "command", command: "pause", id: 1 }]);
  expect(await pause.getAttribute("disabled")).not.toBeNull();
  await view.send({
    type: "settled",
    id: 1,
    error: { sentence: "The trainer did not answer.", remedy: "Look at the log." },
  });
  expect(await bodyText(view)).toContain("The trainer did not answer. Look at the log.");
  expect(await pause.getAttribute("disabled")).toBeNull();
  await pause.click();
  await view.send({ type: "settled", id: 2 });
  expect(await bodyText(view)).not.toContain("The trainer did not answer.");
  await view.close();
});

test("a failure to read the run is said in place of the pictures", async () => {
  const view = await openView(browser);
  await view.send({ type: "failed", sentence: "This directory holds no run.", remedy: "Open another." });
  expect(await bodyText(view)).toBe("This directory holds no run. Open another.");
  await view.close();
});

test("hostile names stay text, and messages of any other shape change nothing", async () => {
  const name = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
  const view = await openView(browser);
  const message = hydrateMessage(createRecording({ name }), 500);
  const stages = message.plan.stages.map((stage) => ({ ...stage, name: `${name}${stage.index}` }));
  await view.send({
    ...message,
    plan: { ...message.plan, stages },
    events: [
      ...message.events,
      { type: "failed", code: "x", sentence: name, remedy: name, time: "", launch: 1, step: 400 },
    ],
    status: { state: "failed", sentence: name, remedy: name },
  });
  expect(await view.page.locator("h1").textContent()).toBe(`${name} · raptr 6-8-10-12`);
  expect(await view.page.locator("main img, main script").count()).toBe(0);
  const before = await bodyText(view);
  for (const wrong of [
    null,
    1,
    "x",
    [],
    {},
    { type: "hydrate" },
    { type: "delta", metrics: { length: 1e9 } },
    { type: "settled", id: 99 },
  ]) {
    await view.sendRaw(wrong);
  }
  expect(await bodyText(view)).toBe(before);
  expect(await view.page.title()).toBe("");
  expect(await view.violations()).toEqual([]);
  await view.close();
});

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

test("it works from 600 pixels on: nothing runs out of the page", async () => {
  for (const width of [600, 800, 1280]) {
    const view = await openView(browser, { width });
    await view.send(hydrateMessage(recording, 12_480));
    const overflow = await view.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await view.close();
  }
});

test("the bundle stays within 250 kB", async () => {
  const { js, css } = await runBundle();
  expect(js.length + css.length).toBeLessThanOrEqual(250_000);
});
