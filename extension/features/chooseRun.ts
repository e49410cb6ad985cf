/** From what a command was given to the run that is meant: a tree item, a directory, or a choice among those that fit. */
import * as vscode from "vscode";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import type { Services } from "../host/services.ts";
import type { RunFacts } from "../runs/facts.ts";
import { runDescription, statusIcon } from "./statusText.ts";

type Needs = Pick<Services, "store" | "panels">;

/**
 * Throws a CancellationError when the user chooses none, an ExpectedError when none fits.
 * Without an argument the focused panel's run counts first; a single run that fits needs no question.
 */
export async function chooseRun(
  argument: unknown,
  services: Needs,
  fits: (run: RunFacts) => boolean,
  title: string,
): Promise<RunFacts> {
  const directory = directoryOf(argument);
  if (directory !== undefined) {
    const run = services.store.get(directory);
    if (!run) throw noSuchRun(directory);
    return run;
  }
  const focused = services.store.get(services.panels.focused ?? "");
  if (focused && fits(focused)) return focused;
  const runs = services.store.runs.filter(fits);
  const [only] = runs;
  if (!only) throw noRunFits(title);
  return runs.length === 1 ? only : pick(runs, title);
}

async function pick(runs: readonly RunFacts[], title: string): Promise<RunFacts> {
  const items = runs.map((run) => ({
    label: `$(${statusIcon(run.status).icon}) ${run.name}`,
    description: runDescription(run, vscode.l10n.t),
    detail: run.id,
    run,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
  if (!chosen) throw new vscode.CancellationError();
  return chosen.run;
}

/** Tree items and links name a run by its directory. */
function directoryOf(argument: unknown): string | undefined {
  if (typeof argument === "string") return argument;
  if (typeof argument !== "object" || argument === null || !("directory" in argument)) return undefined;
  return typeof argument.directory === "string" ? argument.directory : undefined;
}

const noSuchRun = (directory: string): ExpectedError =>
  new ExpectedError("no-such-run", vscode.l10n.t("There is no run at {0}.", directory), "", 2);

const noRunFits = (title: string): ExpectedError =>
  new ExpectedError(
    "no-run",
    vscode.l10n.t("{0}: there is no run in a state for that.", title),
    vscode.l10n.t("The view Runs shows the state of each."),
    2,
  );
