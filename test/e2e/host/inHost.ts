/** Runs a test suite inside the extension host of a throw-away VS Code, as desktop VS Code does with --extensionTestsPath. */
import { format } from "node:util";
import { launchChromium } from "../../support/chromium.ts";
import { neededBuiltins } from "./settings.ts";
import { startServer } from "./server.ts";

export interface InHostRun {
  /** The extension's folder. */
  readonly extension: string;
  /** The module that exports `run()`. */
  readonly suite: string;
  /** The workspace folder to open. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

/** Exit code of the suite: 0 passed, 1 failed, 124 no end in time, 125 the page crashed. */
export async function runInHost(run: InHostRun): Promise<number> {
  const server = await startServer({ automation: true, env: run.env, builtins: neededBuiltins });
  const browser = await launchChromium();
  let timer: NodeJS.Timeout | undefined;
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const ended = new Promise<number>((resolve) => {
      timer = setTimeout(() => resolve(124), run.timeoutSeconds * 1000);
      page.on("crash", () => resolve(125));
      void page.exposeFunction("codeAutomationExit", (code: number) => resolve(code));
    });
    // Everything that the suite prints arrives here, mixed with the workbench's own log.
    await page.exposeFunction("codeAutomationLog", (_type: string, args: unknown[]) => {
      if (!isChatter(args[0])) process.stdout.write(format(...args) + "\n");
    });
    const payload = [
      ["extensionDevelopmentPath", server.uri(run.extension)],
      ["extensionTestsPath", server.uri(run.suite)],
    ] as const;
    await page.goto(server.url(run.folder, payload));
    return await ended;
  } finally {
    clearTimeout(timer);
    await browser.close();
    await server.stop();
  }
}

const chatter =
  /^(Resolv|Creating a socket|\[reconnection|Updating additional|Ignoring fetching|\[Service Worker|\[A(gentHost|ccountPolicy)|\[[Cc]hat|\[DefaultAccount|Lock |No search provider|Timed out waiting for authentication)/;

function isChatter(first: unknown): boolean {
  return typeof first === "string" && chatter.test(first);
}
