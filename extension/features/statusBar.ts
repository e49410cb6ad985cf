/** The one status-bar item: the focused run, else the newest live one. Hidden when nothing runs. */
import * as vscode from "vscode";
import { commands } from "../contributions.ts";
import { Scope, type Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";
import { isLive } from "../runs/facts.ts";
import { statusBarDetails, statusBarText } from "./statusBarText.ts";

export function registerStatusBar({ store, panels }: Pick<Services, "store" | "panels">): Disposable {
  const scope = new Scope();
  const item = scope.add(vscode.window.createStatusBarItem("raptr.run", vscode.StatusBarAlignment.Left));
  item.name = vscode.l10n.t("Pretraining Run");
  const draw = (): void => {
    const live = store.live;
    const focused = store.get(panels.focused ?? "");
    const run = focused && isLive(focused.status) ? focused : live[0];
    if (!run) return item.hide();
    item.text = statusBarText(run, vscode.l10n.t);
    item.tooltip = statusBarDetails(run, live.length - 1, vscode.l10n.t);
    item.command = { command: commands.openRun, title: vscode.l10n.t("Open Run"), arguments: [run.directory] };
    item.show();
  };
  scope.addAll(store.onDidChange(draw), panels.onDidChangeFocus(draw));
  draw();
  return scope;
}
