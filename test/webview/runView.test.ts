/** The run view in a real Chromium under the extension's policy: what it says, how it answers, how keys work. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunStatus } from "../../trainer/protocol/status.ts";
import { createRecording } from "../../webviews/run/dev/recording.ts";
import { launchChromium } from "../support/chromium.ts";
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

test("the bundle stays within 250 kB", async () => {
  const { js, css } = await runBundle();
  expect(js.length + css.length).toBeLessThanOrEqual(250_000);
});
