/** RAPTR: Resume. Wakes a paused trainer, or starts one that goes on from a run's last checkpoint. */
import path from "node:path";
import * as vscode from "vscode";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import { commands, views } from "../contributions.ts";
import { registerCommand, requireTrust } from "../host/commands.ts";
import type { Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";
import type { RunFacts } from "../runs/facts.ts";
import { chooseRun } from "./chooseRun.ts";
import { control } from "./control.ts";
import { abilitiesOf } from "./statusText.ts";

export function registerResumeRun(services: Services): Disposable {
  return registerCommand(commands.resumeRun, services.log, async (argument) => {
    requireTrust();
    const canResume = (run: RunFacts): boolean => abilitiesOf(run.status).includes("resume");
    await resumeRun(await chooseRun(argument, services, canResume, vscode.l10n.t("Resume")), services);
  });
}

export async function resumeRun(run: RunFacts, services: Services): Promise<void> {
  requireTrust();
  if (run.status.state === "paused") return control(run, "resume", services);
  const title = vscode.l10n.t("Resuming {0}", run.name);
  const location = { viewId: views.runs };
  try {
    await vscode.window.withProgress({ location, title }, () => relaunch(run, services, false));
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.code !== "inexact-resume") throw error;
    await confirmInexact(error);
    await vscode.window.withProgress({ location, title }, () => relaunch(run, services, true));
  }
  await services.store.refresh();
}

const relaunch = (run: RunFacts, { launcher }: Services, allowInexact: boolean): Promise<unknown> =>
  launcher.resume(run.directory, path.dirname(run.directory), { allowInexact });

/** Throws a CancellationError unless the user wants it all the same. */
async function confirmInexact({ sentence }: ExpectedError): Promise<void> {
  const goOn = vscode.l10n.t("Resume Anyway");
  const chosen = await vscode.window.showWarningMessage(sentence, { modal: true }, goOn);
  if (chosen !== goOn) throw new vscode.CancellationError();
}
