/** Hands and eyes for VS Code's workbench: the page helpers of the UI tests. Selectors checked against VS Code 1.139. */
import type { FrameLocator, Locator, Page } from "playwright-core";
import { eventually } from "../eventually.ts";

export async function runCommand(page: Page, title: string): Promise<void> {
  await pick(page, "F1", `>${title}`, title);
}

/** Reloads as a person does. (VS Code in a browser saves what is open before this, but once a minute before a page reload.) */
export async function reloadWindow(page: Page): Promise<void> {
  const reloaded = page.waitForEvent("load");
  await pick(page, "F1", ">Developer: Reload Window", "Developer: Reload Window").catch(() => null);
  await reloaded;
}

/** Opens a file of the workspace and gives its editor. */
export async function openFile(page: Page, name: string): Promise<Locator> {
  await pick(page, "Control+P", name, name);
  const editor = page.locator(`.editor-instance .monaco-editor[data-uri$="${name}"]`);
  await editor.waitFor();
  return editor;
}

/** Chooses in a list that is already open (a quick pick that a command showed). */
export async function choose(page: Page, row: string): Promise<void> {
  await page.locator(".quick-input-list .monaco-list-row", { hasText: row }).first().click();
}

/** Opens a container of the activity bar and gives its side bar. */
export async function openContainer(page: Page, title: string): Promise<Locator> {
  const icon = page.locator(`.activitybar .action-item:has([aria-label="${title}"])`).first();
  await icon.waitFor({ timeout: 60_000 });
  const sidebar = page.locator(".sidebar", { has: page.locator(".composite.title", { hasText: title }) });
  // A click on the icon of an open container closes it, and a reloaded window opens what was open, in its own time.
  await eventually(`container "${title}"`, async () => {
    if (await appears(sidebar)) return true;
    await icon.click();
    return null;
  });
  return sidebar;
}

export function treeRow(page: Page, text: string | RegExp): Locator {
  return page.locator(".sidebar .monaco-list-row", { hasText: text });
}

/** The document an extension wrote into its webview: VS Code puts it two frames deep. */
export function webview(page: Page, extensionId: string): FrameLocator {
  return page
    .frameLocator(`iframe.webview.ready[src*="extensionId=${extensionId}"]`)
    .frameLocator("iframe#active-frame");
}

export function statusBarItem(page: Page, text: string | RegExp): Locator {
  return page.locator(".statusbar-item", { hasText: text });
}

/** The rows of the Problems view, files and problems alike, one line of text each. */
export async function problems(page: Page): Promise<string[]> {
  await runCommand(page, "Problems: Focus on Problems View");
  const rows = page.locator(".markers-panel .monaco-list-row");
  await rows.first().waitFor();
  return (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());
}

/**
 * Opens a quick pick by a key, types, and takes the row. A starting workbench swallows keys, and its list of commands
 * is of the moment when it was opened: so it is opened again until the row is there.
 */
async function pick(page: Page, key: string, text: string, row: string): Promise<void> {
  const input = page.locator(".quick-input-widget input.input");
  // Enter acts on the focused row, and the list fills asynchronously.
  const focused = page.locator(".quick-input-list .monaco-list-row.focused", { hasText: row });
  await eventually(`row "${row}" in the quick pick`, async () => {
    await page.keyboard.press(key);
    if (!(await appears(input))) return null;
    await input.fill(text);
    if (await appears(focused)) return true;
    await page.keyboard.press("Escape");
    return null;
  });
  await input.press("Enter");
}

function appears(locator: Locator): Promise<boolean> {
  return locator.waitFor({ timeout: 3000 }).then(
    () => true,
    () => false,
  );
}
