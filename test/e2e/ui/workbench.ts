/** Hands and eyes for VS Code's workbench: the page helpers of the UI tests. Selectors checked against VS Code 1.139. */
import type { FrameLocator, Locator, Page } from "playwright-core";

export async function runCommand(page: Page, title: string): Promise<void> {
  await pick(page, "F1", `>${title}`, title);
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
  if (!(await icon.evaluate((element) => element.classList.contains("checked")))) await icon.click();
  return page.locator(".sidebar");
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

async function pick(page: Page, key: string, text: string, row: string): Promise<void> {
  const input = page.locator(".quick-input-widget input.input");
  await pressUntil(page, key, input);
  await input.fill(text);
  // Enter acts on the focused row, and the list fills asynchronously.
  await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: row }).waitFor();
  await input.press("Enter");
}

/** A starting workbench swallows keys: press again until the widget is there. */
async function pressUntil(page: Page, key: string, appears: Locator): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    await page.keyboard.press(key);
    const there = await appears.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
    if (there) return;
  }
  await appears.waitFor();
}
