/** RAPTR: Stop... The ladder of ways to stop, with what each would cost. */
import * as vscode from "vscode";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import { commands } from "../contributions.ts";
import { registerCommand, requireTrust } from "../host/commands.ts";
import type { Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";
import { endProcessTree } from "../launch/processTree.ts";
import type { RunFacts } from "../runs/facts.ts";
import { chooseRun } from "./chooseRun.ts";
import { control } from "./control.ts";
import { abilitiesOf } from "./statusText.ts";
import { stopLadder, type LadderItem, type Rung } from "./stopLadder.ts";

export function registerStopRun(services: Services): Disposable {
  return registerCommand(commands.stopRun, services.log, async (argument) => {
    const canStop = (run: RunFacts): boolean => abilitiesOf(run.status).includes("stop");
    await stopRun(await chooseRun(argument, services, canStop, vscode.l10n.t("Stop...")), services);
  });
}

/** Settles when the trainer has answered, or the signal is sent; throws a CancellationError when nothing is chosen. */
export async function stopRun(run: RunFacts, services: Services): Promise<void> {
  requireTrust();
  const items: readonly (vscode.QuickPickItem & { readonly item: LadderItem })[] = stopLadder(run, vscode.l10n.t).map(
    (item) => ({ label: item.label, detail: item.detail, item }),
  );
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Stop "{0}"', run.name) });
  if (!chosen) throw new vscode.CancellationError();
  const { rung } = chosen.item;
  await confirm(rung, run, services);
  await take(rung, run, services);
}

/** Asks where something would be lost, with what that is by now: the run has trained on while the list was open. */
async function confirm(rung: Rung, run: RunFacts, { store }: Services): Promise<void> {
  const ladder = stopLadder(store.get(run.directory) ?? run, vscode.l10n.t);
  const question = ladder.find((item) => JSON.stringify(item.rung) === JSON.stringify(rung))?.confirm;
  if (!question) return;
  const options = { modal: true, detail: question.loses };
  const answer = await vscode.window.showWarningMessage(question.question, options, question.button);
  if (answer !== question.button) throw new vscode.CancellationError();
}

async function take(rung: Rung, run: RunFacts, services: Services): Promise<void> {
  if (rung.kind === "request") return control(run, rung.action, services);
  // The facts of this moment, not of when the list was opened: the run may have a new process by now.
  const lease = services.store.get(run.directory)?.lease;
  if (!lease)
    throw new ExpectedError(
      "no-lease",
      vscode.l10n.t("No process holds this run."),
      vscode.l10n.t("Nothing was signalled."),
      5,
    );
  services.log.info(`${run.id}: ${rung.force ? "kill" : "terminate"} the tree of process ${lease.pid}`);
  await endProcessTree(lease, rung.force, vscode.l10n.t);
  await services.store.refresh();
}
