/**
 * Installs code-server, a real VS Code that shows itself in a browser, from npm alone: no compiler, no root. About 20 seconds, 600 MB.
 *
 * Nothing native is compiled (`--ignore-scripts`): what the tests need comes prebuilt, and two log-and-watch modules
 * get stand-ins in JavaScript. The install appears whole or not at all.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const recipe = path.join(import.meta.dirname, "codeServer");
const home = path.resolve(import.meta.dirname, "../../../.cache/vscode-host");
const vscodeWithin = "node_modules/code-server/lib/vscode";

export interface Host {
  /** The script that starts the server, to be run by Node 24 or later. */
  readonly entry: string;
  /** The extensions that VS Code brings along, one folder each. */
  readonly builtinExtensions: string;
}

/** The installed host; installs it first where it is missing or of another version. */
export async function ensureHost(say: (line: string) => void = console.log): Promise<Host> {
  const wanted = await fingerprint();
  const stamp = path.join(home, "complete");
  if ((await readFile(stamp, "utf8").catch(() => "")) !== wanted) {
    say("Installing VS Code (code-server) into .cache/vscode-host: 600 MB, once ...");
    await install(wanted);
  }
  return {
    entry: path.join(home, "node_modules/code-server/out/node/entry.js"),
    builtinExtensions: path.join(home, vscodeWithin, "extensions"),
  };
}

/** Installs beside the real place and moves there when all is done. */
async function install(stamp: string): Promise<void> {
  const draft = `${home}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  try {
    for (const file of ["package.json", "package-lock.json"]) await cp(path.join(recipe, file), path.join(draft, file));
    await npm(draft, "ci");
    // VS Code's own dependencies are pinned by the shrinkwrap files inside the package.
    const vscode = path.join(draft, vscodeWithin);
    await npm(vscode, "install", "--omit=dev");
    await npm(path.join(vscode, "extensions"), "install", "--omit=dev");
    for (const name of ["spdlog", "native-watchdog"]) {
      await cp(path.join(recipe, `${name}.js`), path.join(vscode, "node_modules/@vscode", name, "index.js"));
    }
    await writeFile(path.join(draft, "complete"), stamp);
    await rm(home, { recursive: true, force: true });
    await rename(draft, home);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Changes when any file that decides what gets installed does. */
async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["package-lock.json", "spdlog.js", "native-watchdog.js", "../install.ts"]) {
    hash.update(await readFile(path.join(recipe, file)));
  }
  return hash.digest("hex");
}

/** npm on this process's Node: code-server refuses to be installed by an older one. */
async function npm(folder: string, ...words: string[]): Promise<void> {
  const env = { ...process.env, PATH: path.dirname(process.execPath) + path.delimiter + process.env["PATH"] };
  const options = { cwd: folder, env, maxBuffer: 64 << 20, shell: process.platform === "win32" };
  await promisify(execFile)("npm", [...words, "--ignore-scripts", "--no-audit", "--no-fund"], options);
}
