/** RAPTR: Checkpoint Now. */
import * as vscode from "vscode";
import { commands } from "../contributions.ts";
import { registerCommand } from "../host/commands.ts";
import type { Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";
import type { RunFacts } from "../runs/facts.ts";
import { chooseRun } from "./chooseRun.ts";
import { control } from "./control.ts";
import { abilitiesOf } from "./statusText.ts";

export function registerCheckpointNow(services: Services): Disposable {
  return registerCommand(commands.checkpointNow, services.log, async (argument) => {
    const canSave = (run: RunFacts): boolean => abilitiesOf(run.status).includes("checkpoint");
    await checkpointNow(await chooseRun(argument, services, canSave, vscode.l10n.t("Checkpoint Now")), services);
  });
}

export const checkpointNow = (run: RunFacts, services: Services): Promise<void> => control(run, "checkpoint", services);
