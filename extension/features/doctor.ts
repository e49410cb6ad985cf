/** RAPTR: Doctor. Runs `raptr doctor` and shows what it says. */
import * as vscode from "vscode";
import { commands } from "../contributions.ts";
import { registerCommand, requireTrust } from "../host/commands.ts";
import { Scope, type Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";

const scheme = "raptr-doctor";
const uri = vscode.Uri.parse(`${scheme}:RAPTR Doctor.txt`);

export function registerDoctor({ log, launcher }: Services): Disposable {
  const scope = new Scope();
  const changed = scope.add(new vscode.EventEmitter<vscode.Uri>());
  let report = "";
  scope.addAll(
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: () => report,
    }),
    registerCommand(commands.doctor, log, async () => {
      requireTrust();
      const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Asking the doctor") };
      const cwd = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd();
      report = await vscode.window.withProgress(options, () => launcher.doctor(cwd));
      changed.fire(uri);
      await vscode.window.showTextDocument(uri, { preview: true });
    }),
  );
  return scope;
}
