/**
 * `npm run screenshots`: trains the quickstart in a real VS Code and writes the pictures of the README into docs/.
 * Not a test: it takes as long as the quickstart. Look at what it wrote before you commit it.
 */
import { rm } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { eventually } from "./eventually.ts";
import { startServer } from "./host/server.ts";
import { neededBuiltins } from "./host/settings.ts";
import { runView } from "./ui/runView.ts";
import { choose, openContainer, openFile, runCommand } from "./ui/workbench.ts";

const root = path.resolve(import.meta.dirname, "../..");
const workspace = path.join(root, "examples");
const docs = (name: string): string => path.join(root, "docs", name);
/** In the third of four stages: two transitions behind, one ahead. */
const stepsToShow = 1950;

const browser = await launchChromium();
try {
  await inVsCode("Dark Modern", async (page) => {
    await openFile(page, "quickstart.raptr.json");
    // The only schedule of its folder: there is nothing to choose.
    await runCommand(page, "RAPTR: Launch Run");
    const view = runView(page);
    await view.state.filter({ hasText: "running" }).waitFor({ timeout: 120_000 });
    await eventually("the third stage", async () => ((await view.steps()) >= stepsToShow ? true : null), 600_000);
    await page.screenshot({ path: docs("window-dark.png") });
    await runViewAlone(page, "run-view-dark.png");
  });
  // The run goes on without VS Code; another window finds it again.
  await inVsCode("Light Modern", async (page) => {
    await runCommand(page, "RAPTR: Open Run");
    await runViewAlone(page, "run-view-light.png");
    await runCommand(page, "RAPTR: Stop...");
    await choose(page, "Checkpoint and stop now");
    await runView(page).state.filter({ hasText: "stopped" }).waitFor();
  });
} finally {
  await browser.close();
  await rm(path.join(workspace, "runs"), { recursive: true, force: true });
}

async function inVsCode(theme: string, body: (page: Page) => Promise<void>): Promise<void> {
  const settings = { "workbench.colorTheme": theme };
  const server = await startServer({ unpacked: [root], builtins: neededBuiltins, settings });
  const page = await browser.newPage({ viewport: { width: 1720, height: 1080 } });
  page.setDefaultTimeout(60_000);
  try {
    await page.goto(server.url(workspace));
    await openContainer(page, "Pretraining Runs");
    await body(page);
  } finally {
    await page.close();
    await server.stop();
  }
}

/** The run view's page, with the pointer over the loss plot. */
async function runViewAlone(page: Page, name: string): Promise<void> {
  await runCommand(page, "View: Toggle Primary Side Bar Visibility");
  if ((await page.locator(".editor-group-container").count()) > 1) {
    await runCommand(page, "RAPTR: Open Run");
    await runCommand(page, "View: Toggle Maximize Editor Group");
  }
  await page.setViewportSize({ width: 1340, height: 1120 });
  const { frame } = runView(page);
  await frame.locator(".loss").hover({ position: { x: 520, y: 120 } });
  await page.waitForTimeout(1500);
  await frame.locator("main").screenshot({ path: docs(name) });
}
