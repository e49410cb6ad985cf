/** The view Schedules: the *.raptr.json of the workspace, to open and to launch. */
import path from "node:path";
import * as vscode from "vscode";
import { schedulePattern, views } from "../contributions.ts";
import { Scope, type Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";
import { latestRunOf } from "../language/scheduleRuns.ts";
import { onStateChange } from "../runs/stateChanges.ts";
import { findSchedules } from "./chooseSchedule.ts";
import { statusWord } from "./statusText.ts";

export function registerSchedulesView({ store }: Pick<Services, "store">): Disposable {
  const scope = new Scope();
  const changed = scope.add(new vscode.EventEmitter<void>());
  const redraw = (): void => changed.fire();
  const provider: vscode.TreeDataProvider<vscode.Uri> = {
    onDidChangeTreeData: changed.event,
    getChildren: async (parent) => (parent ? [] : [...(await findSchedules())]),
    getTreeItem: (uri) => treeItem(uri, lastRunWord(uri)),
  };
  scope.add(vscode.window.createTreeView(views.schedules, { treeDataProvider: provider }));
  const files = scope.add(vscode.workspace.createFileSystemWatcher(schedulePattern, false, true, false));
  scope.addAll(
    files.onDidCreate(redraw),
    files.onDidDelete(redraw),
    vscode.workspace.onDidChangeWorkspaceFolders(redraw),
  );
  scope.add(onStateChange(store, redraw));
  return scope;

  function lastRunWord(uri: vscode.Uri): string {
    const run = latestRunOf(uri.fsPath, store.runs);
    return run ? vscode.l10n.t("last run: {0}", statusWord(run.status, vscode.l10n.t)) : "";
  }
}

function treeItem(uri: vscode.Uri, lastRun: string): vscode.TreeItem {
  const item = new vscode.TreeItem(uri);
  const folder = path.posix.dirname(vscode.workspace.asRelativePath(uri));
  item.description = [folder === "." ? "" : folder, lastRun].filter(Boolean).join(" · ");
  item.contextValue = "schedule";
  item.iconPath = new vscode.ThemeIcon("list-ordered");
  item.command = { command: "vscode.open", title: vscode.l10n.t("Open"), arguments: [uri] };
  return item;
}
