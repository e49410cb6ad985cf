/** RAPTR: Show Log. What the run's latest launch printed; without a run, the extension's own log. */
import { existsSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import { eventsFile, logFile } from "../../trainer/protocol/runDirectory.ts";
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
  const file = path.join(run.directory, logFile(Math.max(1, run.launch)));
  if (!existsSync(file)) {
    const remedy = vscode.l10n.t("Its events are in {0}.", path.join(run.directory, eventsFile));
    throw new ExpectedError("no-log", vscode.l10n.t("{0} has no log.", run.name), remedy, 2);
  }
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: true });
}
