/** RAPTR: Copy Launch Command. The command that does the same in a terminal: train a schedule, or resume a run. */
import path from "node:path";
import * as vscode from "vscode";
import { commands } from "../contributions.ts";
import { registerCommand, requireTrust } from "../host/commands.ts";
import type { Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";
import { chooseSchedule } from "./chooseSchedule.ts";
import { workingDirectory } from "./launchRun.ts";

export function registerCopyLaunchCommand(services: Services): Disposable {
  return registerCommand(commands.copyLaunchCommand, services.log, async (argument) => {
    // Which Node it is, is found out by running it.
    requireTrust();
    const command = await commandFor(argument, services);
    await vscode.env.clipboard.writeText(command);
    services.log.info(command);
    vscode.window.setStatusBarMessage(vscode.l10n.t("The command is on the clipboard."), 3000);
  });
}

async function commandFor(argument: unknown, { launcher, store }: Services): Promise<string> {
  if (typeof argument === "object" && argument !== null && "directory" in argument) {
    const run = store.get(String(argument.directory));
    if (run) return launcher.resumeCommand(run.directory, path.dirname(run.directory));
  }
  const schedule = await chooseSchedule(argument, vscode.l10n.t("Copy Launch Command"));
  return launcher.trainCommand(schedule.fileName, workingDirectory(schedule.uri));
}
