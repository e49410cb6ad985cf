/** RAPTR: Open Run, and the schedule that a run was started from. */
import { access } from "node:fs/promises";
import * as vscode from "vscode";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import { commands } from "../contributions.ts";
import { registerCommand } from "../host/commands.ts";
import { Scope, type Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";
import { schedulePlaces } from "../language/scheduleRuns.ts";
import type { RunFacts } from "../runs/facts.ts";
import { chooseRun } from "./chooseRun.ts";

export function registerOpenRun(services: Services): Disposable {
  const scope = new Scope();
  const any = (): boolean => true;
  scope.addAll(
    registerCommand(commands.openRun, services.log, async (argument) => {
      const run = await chooseRun(argument, services, any, vscode.l10n.t("Open Run"));
      services.panels.open(run.directory);
    }),
    registerCommand(commands.openSchedule, services.log, async (argument) => {
      await openSchedule(await chooseRun(argument, services, any, vscode.l10n.t("Open the Run's Schedule")));
    }),
  );
  return scope;
}

export async function openSchedule(run: RunFacts): Promise<void> {
  for (const place of run.schedulePath === null ? [] : schedulePlaces(run.directory, run.schedulePath)) {
    const there = await access(place).then(
      () => true,
      () => false,
    );
    if (!there) continue;
    await vscode.window.showTextDocument(vscode.Uri.file(place));
    return;
  }
  throw new ExpectedError(
    "no-schedule-file",
    vscode.l10n.t("The schedule of {0} is not where it was.", run.name),
    vscode.l10n.t("run.json in the run directory keeps its text."),
    2,
  );
}
