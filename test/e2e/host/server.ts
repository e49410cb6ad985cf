/** Starts a throw-away VS Code server with its own settings, extensions and home; everything is gone after `stop`. */
import { execFile, spawn } from "node:child_process";
import { globSync } from "node:fs";
import { mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ensureHost } from "./install.ts";
import type { Host } from "./install.ts";
import { quietSettings } from "./settings.ts";

export interface ServerOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Variables that the extension host sees besides PATH and a home of its own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Packaged extensions to install. */
  readonly vsix?: readonly string[];
  /** Folders of extensions to use as they stand. */
  readonly unpacked?: readonly string[];
  /** Needed for an extension under development or a suite inside the extension host; it suppresses notification toasts. */
  readonly automation?: boolean;
  /** Whether a folder must be trusted first, as in a VS Code of one's own; with it, folders open in restricted mode. */
  readonly asksForTrust?: boolean;
  /** Names of the built-in extensions to keep; all where absent. */
  readonly builtins?: readonly string[];
}

export interface Server {
  readonly port: number;
  /** What the extension host and the extensions in it have logged so far. */
  extensionLogs(): Promise<string>;
  /** The address that opens `folder`; `payload` are VS Code's own start options. */
  url(folder: string, payload?: readonly (readonly [string, string])[]): string;
  /** A path on this machine as the browser side names it. */
  uri(file: string): string;
  stop(): Promise<void>;
}

export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const host = await ensureHost();
  const root = await mkdtemp(path.join(tmpdir(), "raptr-vscode-"));
  const at = (name: string) => path.join(root, name);
  // Restricted mode without the question that would stand before everything.
  const restricted = options.asksForTrust ? { "security.workspace.trust.startupPrompt": "never" } : {};
  for (const folder of ["data/User", "extensions", "home", "tmp"]) await mkdir(at(folder), { recursive: true });
  await writeFile(
    at("data/User/settings.json"),
    JSON.stringify({ ...quietSettings, ...restricted, ...options.settings }),
  );
  await writeFile(at("config.yaml"), "");

  const folders = ["--user-data-dir", at("data"), "--extensions-dir", at("extensions"), "--config", at("config.yaml")];
  // HOME and TMPDIR are its own: it leaves sockets behind. No gallery: nothing here may depend on the network.
  const own = {
    HOME: at("home"),
    TMPDIR: at("tmp"),
    LANG: "C.UTF-8",
    TZ: "UTC",
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
  };
  const env = { PATH: process.env["PATH"], ...own, ...options.env };
  for (const folder of options.unpacked ?? []) await linkExtension(folder, at("extensions"));
  for (const vsix of options.vsix ?? []) {
    const install = ["--install-extension", path.resolve(vsix), "--force"];
    await promisify(execFile)(process.execPath, [host.entry, ...folders, ...install], { env });
  }

  const port = await freePort();
  const log = await open(at("server.log"), "a");
  const flags = [
    ...["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"],
    ...(options.asksForTrust ? [] : ["--disable-workspace-trust"]),
    "--disable-getting-started-override",
    // Otherwise an extension host lives on for three hours after its page is closed.
    ...["--reconnection-grace-time", "1"],
    ...(options.automation ? ["--vscode-option", "enable-smoke-test-driver"] : []),
    ...(options.builtins
      ? ["--vscode-option", `builtin-extensions-dir=${await selectBuiltins(host, at("builtins"), options.builtins)}`]
      : []),
  ];
  // A process group of its own, so that stopping ends all of it.
  const child = spawn(process.execPath, [host.entry, ...folders, ...flags], {
    env,
    stdio: ["ignore", log.fd, log.fd],
    detached: true,
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // The group is gone already.
    }
  };
  const atExit = () => end("SIGKILL");
  process.once("exit", atExit);
  const server: Server = {
    port,
    extensionLogs: () => readLogs(at("data/logs")),
    url(folder, payload = []) {
      const address = new URL(`http://127.0.0.1:${port}/`);
      address.searchParams.set("folder", path.resolve(folder));
      address.searchParams.set(
        "payload",
        JSON.stringify([["skipWelcome", "true"], ["skipReleaseNotes", "true"], ...payload]),
      );
      return address.href;
    },
    uri: (file) => `vscode-remote://127.0.0.1:${port}${path.resolve(file)}`,
    async stop() {
      process.off("exit", atExit);
      end("SIGTERM");
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 5000))]);
      end("SIGKILL");
      await log.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    await healthy(port, () => child.exitCode !== null);
  } catch {
    const said = await readFile(at("server.log"), "utf8");
    await server.stop();
    throw new Error(`VS Code's server did not start. It said:\n${said.slice(-3000)}`);
  }
  return server;
}

async function readLogs(folder: string): Promise<string> {
  const files = globSync("**/*exthost*/**/*.log", { cwd: folder });
  const logs = files.map(async (file) => `== ${file}\n${await readFile(path.join(folder, file), "utf8")}`);
  return (await Promise.all(logs)).join("\n");
}

/** VS Code takes up a folder named publisher.name-version that is there before the first start. */
async function linkExtension(folder: string, extensions: string): Promise<void> {
  const { publisher, name, version } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  await symlink(path.resolve(folder), path.join(extensions, `${publisher}.${name}-${version}`), "dir");
}

/** A folder of links to the named built-in extensions: fewer of them start faster. */
async function selectBuiltins(host: Host, folder: string, names: readonly string[]): Promise<string> {
  await mkdir(folder);
  for (const name of names) await symlink(path.join(host.builtinExtensions, name), path.join(folder, name), "dir");
  return folder;
}

async function healthy(port: number, ended: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
    if (answer?.ok) return;
    if (ended()) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("no answer");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
