/** RAPTR: Pause. The trainer saves a checkpoint, lets its memory go and waits. */
import * as vscode from "vscode";
import { commands } from "../contributions.ts";
import { registerCommand } from "../host/commands.ts";
import type { Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";
import type { RunFacts } from "../runs/facts.ts";
import { chooseRun } from "./chooseRun.ts";
import { control } from "./control.ts";
import { abilitiesOf } from "./statusText.ts";

export function registerPauseRun(services: Services): Disposable {
  return registerCommand(commands.pauseRun, services.log, async (argument) => {
    const canPause = (run: RunFacts): boolean => abilitiesOf(run.status).includes("pause");
    await pauseRun(await chooseRun(argument, services, canPause, vscode.l10n.t("Pause")), services);
  });
}

export const pauseRun = (run: RunFacts, services: Services): Promise<void> => control(run, "pause", services);
