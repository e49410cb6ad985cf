/** The run view as VS Code shows it: its bundle, the extension's Content-Security-Policy, theme variables, a host stub. */
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import type { ToRunView } from "../../../webviews/messages/runView.ts";
import { themes, type DevTheme } from "../../../webviews/run/dev/themes.ts";

const origin = "https://view.test";
const nonce = "dGVzdC1ub25jZQ";
/** What the extension sets, with this page's origin as `cspSource`. */
const policy = `default-src 'none'; img-src ${origin}; font-src ${origin}; style-src ${origin} 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;

interface Bundle {
  readonly js: string;
  readonly css: string;
}
let bundle: Promise<Bundle> | null = null;

/** Bundled afresh from the sources, as the product's build does. */
export function runBundle(): Promise<Bundle> {
  bundle ??= build({
    entryPoints: [{ in: "webviews/run/index.ts", out: "run" }],
    bundle: true,
    minify: true,
    format: "iife",
    target: "chrome128",
    mainFields: ["module", "main"],
    write: false,
    outdir: "out",
    legalComments: "none",
  }).then(({ outputFiles }) => {
    const text = (ending: string): string => outputFiles.find((file) => file.path.endsWith(ending))?.text ?? "";
    return { js: text(".js"), css: text(".css") };
  });
  return bundle;
}

export interface OpenOptions {
  readonly theme?: DevTheme;
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  /** What the host kept from before. */
  readonly kept?: unknown;
}

export interface View {
  readonly page: Page;
  /** Everything against the policy, and every error of the page. */
  readonly violations: () => Promise<readonly string[]>;
  /** What the view sent so far. */
  sent(): Promise<readonly { readonly type: string; readonly id?: number; readonly command?: string }[]>;
  send(message: ToRunView): Promise<void>;
  /** Any value at all, as a hostile or newer host might send it. */
  sendRaw(message: unknown): Promise<void>;
  setTheme(theme: DevTheme): Promise<void>;
  close(): Promise<void>;
}

export async function openView(browser: Browser, options: OpenOptions = {}): Promise<View> {
  const { js, css } = await runBundle();
  const { theme = "dark", width = 1280, height = 960, scale = 1, kept = null } = options;
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  const files: Readonly<Record<string, readonly [string, string]>> = {
    "/": ["text/html", html(kept)],
    "/run.js": ["text/javascript", js],
    "/run.css": ["text/css", css],
  };
  await page.route(`${origin}/**`, (route) => {
    const file = files[new URL(route.request().url()).pathname];
    return file ? route.fulfill({ contentType: file[0], body: file[1] }) : route.fulfill({ status: 404, body: "" });
  });
  await page.addInitScript(applyTheme, { variables: themes[theme], name: theme });
  await page.goto(`${origin}/`);
  return {
    page,
    violations: async () => [...errors, ...(await page.evaluate(() => window.testHost.violations))],
    sent: () => page.evaluate(() => window.testHost.sent),
    send: (message) => post(page, message),
    sendRaw: (message) => post(page, message),
    setTheme: (name) => page.evaluate(applyTheme, { variables: themes[name], name }),
    close: () => context.close(),
  };
}

declare global {
  interface Window {
    testHost: {
      readonly sent: { readonly type: string; readonly id?: number; readonly command?: string }[];
      readonly violations: string[];
      state: unknown;
    };
  }
}

/** The style is the part of VS Code's own sheet for webviews that bears on the layout. */
function html(kept: unknown): string {
  const state = JSON.stringify(kept).replaceAll("<", "\\u003c");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<script nonce="${nonce}">
window.testHost = { sent: [], violations: [], state: ${state} };
document.addEventListener("securitypolicyviolation", (event) => testHost.violations.push(event.violatedDirective + " " + event.blockedURI));
window.acquireVsCodeApi = () => ({
  postMessage: (message) => testHost.sent.push(message),
  getState: () => testHost.state,
  setState: (state) => { testHost.state = state; },
});
</script>
<style nonce="${nonce}">body { margin: 0; padding: 0 20px; } ::-webkit-scrollbar { width: 10px; height: 10px; }</style>
<link rel="stylesheet" href="/run.css">
</head><body data-restore="/runs/one"><div id="root"></div><script nonce="${nonce}" src="/run.js"></script></body></html>`;
}

/** As VS Code does it: variables on the root's style, a class on the body. Runs in the page. */
function applyTheme({ variables, name }: { variables: Readonly<Record<string, string>>; name: string }): void {
  const apply = (): void => {
    document.documentElement.removeAttribute("style");
    for (const [key, value] of Object.entries(variables)) {
      document.documentElement.style.setProperty(`--vscode-${key}`, value);
    }
    document.body.className = `vscode-${name}`;
  };
  if (document.body) apply();
  else
    new MutationObserver((_, observer) => {
      if (!document.body) return;
      observer.disconnect();
      apply();
    }).observe(document, { childList: true, subtree: true });
}

/** Typed arrays survive as typed arrays, which JSON would not let them. */
async function post(page: Page, message: unknown): Promise<void> {
  await page.evaluate(
    async (text) => {
      const kinds = { Float64Array, Float32Array, Uint16Array, Uint8Array } as const;
      const revive = (_key: string, value: unknown): unknown => {
        if (typeof value !== "object" || value === null) return value;
        const [kind, data] = [Reflect.get(value, "$array"), Reflect.get(value, "data")];
        const constructor = Object.entries(kinds).find(([name]) => name === kind)?.[1];
        if (!constructor || typeof data !== "string") return value;
        const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
        return new constructor(bytes.buffer);
      };
      window.postMessage(JSON.parse(text, revive), "*");
      // Two frames: one for the message, one for the drawing it asks for.
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    },
    JSON.stringify(message, (_key, value: unknown) =>
      value instanceof Float64Array ||
      value instanceof Float32Array ||
      value instanceof Uint16Array ||
      value instanceof Uint8Array
        ? {
            $array: value.constructor.name,
            data: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"),
          }
        : value,
    ),
  );
}
