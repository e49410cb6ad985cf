/** RAPTR: Show Log. What the run's latest launch printed; without a run, the extension's own log. */
import path from "node:path";
import * as vscode from "vscode";
import { logFile } from "../../trainer/protocol/runDirectory.ts";
import { commands } from "../contributions.ts";
import { registerCommand } from "../host/commands.ts";
import type { Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";
import type { RunFacts } from "../runs/facts.ts";
import { chooseRun } from "./chooseRun.ts";

export function registerShowLog(services: Services): Disposable {
  return registerCommand(commands.showLog, services.log, async (argument) => {
    if (argument === undefined) return services.log.show();
    await showLog(await chooseRun(argument, services, () => true, vscode.l10n.t("Show Log")));
  });
}

export async function showLog(run: RunFacts): Promise<void> {
  const file = vscode.Uri.file(path.join(run.directory, logFile(Math.max(1, run.launch))));
  await vscode.window.showTextDocument(file, { preview: true });
}
