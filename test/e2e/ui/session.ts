/**
 * A VS Code with the packaged extension installed, a browser on it, and a fresh copy of the fixture workspace per test.
 * One server for a file's tests; a test that fails leaves a screenshot and logs in test-results/.
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "../../support/chromium.ts";
import { startServer } from "../host/server.ts";
import type { Server, ServerOptions } from "../host/server.ts";
import { neededBuiltins } from "../host/settings.ts";
import { vsix } from "../package.ts";
import { makeWorkspace, removeWorkspace } from "../workspace.ts";

const results = path.resolve(import.meta.dirname, "../../../test-results");

export const extensionId = "raptr.raptr";

export interface Workspace {
  readonly page: Page;
  /** The workspace folder that the page has open. */
  readonly folder: string;
  readonly server: Server;
}

export type SessionOptions = Pick<ServerOptions, "settings" | "asksForTrust">;

export interface Session {
  /** Runs a test's body in a fresh workspace. */
  inWorkspace(name: string, body: (workspace: Workspace) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export async function startSession(options: SessionOptions = {}): Promise<Session> {
  const server = await startServer({ vsix: [vsix], builtins: neededBuiltins, ...options });
  let browser: Browser;
  try {
    browser = await launchChromium();
  } catch (failure) {
    await server.stop();
    throw failure;
  }
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(30_000);
  return {
    inWorkspace: (name, body) => inWorkspace(server, context, name, body),
    async close() {
      await browser.close();
      await server.stop();
    },
  };
}

async function inWorkspace(
  server: Server,
  context: BrowserContext,
  name: string,
  body: (workspace: Workspace) => Promise<void>,
): Promise<void> {
  const folder = await makeWorkspace();
  const page = await context.newPage();
  try {
    await page.goto(server.url(folder));
    await body({ page, folder, server });
  } catch (failure) {
    await keepEvidence(page, server, name);
    throw failure;
  } finally {
    await page.close();
    await removeWorkspace(folder);
  }
}

async function keepEvidence(page: Page, server: Server, name: string): Promise<void> {
  await mkdir(results, { recursive: true });
  const file = path.join(results, name.replace(/\W+/g, "-"));
  await writeFile(`${file}.log`, await server.extensionLogs());
  // The page may be what failed.
  await page.screenshot({ path: `${file}.png` }).catch(() => null);
  console.error(`What the window showed and the extension logged: ${file}.{png,log}`);
}
