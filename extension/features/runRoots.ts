/** Keeps the store watching the right directories: `runs` of each workspace folder and what the settings add. */
import path from "node:path";
import * as vscode from "vscode";
import type { SettingId } from "../contributions.ts";
import { Scope, type Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";
import { setting } from "../host/settings.ts";

const watched: readonly SettingId[] = ["raptr.runRoots", "raptr.usePolling"];

export function registerRunRoots({ store }: Pick<Services, "store">): Disposable {
  const scope = new Scope();
  const apply = (): void => store.watch(runRoots(), setting("raptr.usePolling"));
  scope.addAll(
    vscode.workspace.onDidChangeWorkspaceFolders(apply),
    vscode.workspace.onDidGrantWorkspaceTrust(apply),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (watched.some((id) => change.affectsConfiguration(id))) apply();
    }),
  );
  apply();
  return scope;
}

/** Absolute, each once. */
function runRoots(): readonly string[] {
  const folders = (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === "file")
    .map(({ uri }) => uri.fsPath);
  const own = folders.map((folder) => path.join(folder, "runs"));
  const added = setting("raptr.runRoots").map((root) => path.resolve(folders[0] ?? path.sep, root));
  return [...new Set([...own, ...added])];
}
