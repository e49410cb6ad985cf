/** Asks a run's trainer for something and shows in the Runs view that the answer is awaited. */
import * as vscode from "vscode";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import type { ControlAction } from "../../trainer/protocol/events.ts";
import { views } from "../contributions.ts";
import { requireTrust } from "../host/commands.ts";
import type { Services } from "../host/services.ts";
import { requestControl } from "../runs/controls.ts";
import type { RunFacts } from "../runs/facts.ts";

/** Throws an ExpectedError when the trainer declines or does not answer. */
export async function control(run: RunFacts, action: ControlAction, { log }: Pick<Services, "log">): Promise<void> {
  requireTrust();
  log.info(`${run.id}: ${action}`);
  const answer = await vscode.window.withProgress({ location: { viewId: views.runs } }, () =>
    requestControl(run.directory, action, vscode.l10n.t),
  );
  log.info(`${run.id}: ${answer.sentence}`);
  if (!answer.accepted) throw new ExpectedError("declined", answer.sentence, "", 5);
}
