/** Finds a desktop VS Code: the one RAPTR_VSCODE names, the one behind `code` on the PATH, or (where a screen is) a downloaded one. */
import { downloadAndUnzipVSCode } from "@vscode/test-electron";
import { existsSync, realpathSync } from "node:fs";
import path from "node:path";

/** The command `code`, as a terminal would find it; null where there is none. */
export function codeCommand(): string | null {
  const names = process.platform === "win32" ? ["code.cmd"] : ["code"];
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  return (
    folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find((file) => existsSync(file)) ?? null
  );
}

/** The executable that @vscode/test-electron starts; null where no desktop VS Code can run. */
export async function desktopExecutable(): Promise<string | null> {
  const named = process.env["RAPTR_VSCODE"];
  if (named !== undefined && named !== "") {
    if (!existsSync(named)) throw new Error(`RAPTR_VSCODE names "${named}", which does not exist.`);
    return named;
  }
  if (!hasScreen()) return null;
  const command = codeCommand();
  const installed = command === null ? null : executableBehind(command);
  if (installed !== null) return installed;
  // Not reachable from every network: then the browser's VS Code is used instead.
  return await downloadAndUnzipVSCode({ cachePath: path.resolve(".cache/vscode-desktop"), timeout: 10_000 }).catch(
    () => null,
  );
}

function hasScreen(): boolean {
  return process.platform !== "linux" || Boolean(process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]);
}

/** `code` is a script beside the program it starts; where depends on the platform. */
function executableBehind(command: string): string | null {
  const folder = path.dirname(realpathSync(command));
  const candidates = ["../code", "../Code.exe", "../../../../MacOS/Electron", "../../../../MacOS/Code"];
  return candidates.map((candidate) => path.resolve(folder, candidate)).find((file) => existsSync(file)) ?? null;
}
