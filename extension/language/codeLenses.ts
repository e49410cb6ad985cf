/** Above a schedule: Launch, and the latest run of it to open. */
import * as vscode from "vscode";
import { commands } from "../contributions.ts";
import { statusWord } from "../features/statusText.ts";
import { Scope, type Disposable } from "../host/disposables.ts";
import type { RunStore } from "../runs/runStore.ts";
import { onStateChange } from "../runs/stateChanges.ts";
import { latestRunOf } from "./scheduleRuns.ts";
import { scheduleSelector } from "./scheduleDocuments.ts";

export function registerCodeLenses({ store }: { readonly store: RunStore }): Disposable {
  const scope = new Scope();
  const changed = scope.add(new vscode.EventEmitter<void>());
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: (document) => lenses(document, store),
  };
  scope.add(vscode.languages.registerCodeLensProvider(scheduleSelector, provider));
  scope.add(vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()));
  scope.add(onStateChange(store, () => changed.fire()));
  return scope;
}

function lenses(document: vscode.TextDocument, store: RunStore): vscode.CodeLens[] {
  const top = new vscode.Range(0, 0, 0, 0);
  const shown = vscode.workspace.isTrusted
    ? [
        new vscode.CodeLens(top, {
          title: `$(play) ${vscode.l10n.t("Launch")}`,
          tooltip: vscode.l10n.t("Start a run of this schedule"),
          command: commands.launchRun,
          arguments: [document.uri],
        }),
      ]
    : [];
  const run = latestRunOf(document.uri.fsPath, store.runs);
  if (run)
    shown.push(
      new vscode.CodeLens(top, {
        title: `$(graph-line) ${vscode.l10n.t("Open run ({0})", statusWord(run.status, vscode.l10n.t))}`,
        tooltip: run.name,
        command: commands.openRun,
        arguments: [run.directory],
      }),
    );
  return shown;
}
