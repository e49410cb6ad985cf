/** RAPTR: Launch Run. Starts a detached trainer for a schedule and opens its view. */
import { realpath } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import { commands, views } from "../contributions.ts";
import { registerCommand, requireTrust } from "../host/commands.ts";
import type { Disposable } from "../host/disposables.ts";
import { report } from "../host/report.ts";
import type { Services } from "../host/services.ts";
import { rangeOf, readSchedule } from "../language/scheduleDocuments.ts";
import { chooseSchedule } from "./chooseSchedule.ts";

export function registerLaunchRun(services: Services): Disposable {
  return registerCommand(commands.launchRun, services.log, async (argument) => {
    requireTrust();
    const document = await chooseSchedule(argument, vscode.l10n.t("Launch Run"));
    await launch(document, services);
  });
}

async function launch(document: vscode.TextDocument, services: Services): Promise<void> {
  if (document.isDirty && !(await document.save())) throw new vscode.CancellationError();
  await refuseProblems(document);
  const title = vscode.l10n.t("Launching {0}", path.basename(document.fileName));
  const launched = await vscode.window.withProgress({ location: { viewId: views.runs }, title }, async () => {
    try {
      return await services.launcher.train(document.fileName, workingDirectory(document.uri));
    } catch (error) {
      if (error instanceof ExpectedError) services.diagnostics.showLaunchProblems(document, error.problems);
      throw error;
    }
  });
  await services.store.refresh();
  const directory = await asWatched(launched.run, services.store.roots);
  services.panels.open(directory);
  void reportFailedPreparation(directory, document, services);
}

/** A trainer holds its run before it has read the data: what is wrong with that comes later, and at the same lines. */
async function reportFailedPreparation(
  directory: string,
  document: vscode.TextDocument,
  { store, diagnostics, log }: Services,
): Promise<void> {
  const run = await store.when(directory, ({ status }) => status.state !== "preparing");
  if (run?.status.state !== "failed" || run.progress.step > 0) return;
  diagnostics.showLaunchProblems(document, run.problems);
  const { sentence, remedy } = run.problems[0] ?? run.status;
  await report(new ExpectedError("preparation-failed", sentence, remedy, 2, run.problems), log);
}

/** Runs land in `runs` of the schedule's workspace folder; a schedule outside of any has its own folder. */
export function workingDirectory(uri: vscode.Uri): string {
  return vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? path.dirname(uri.fsPath);
}

/** The parser is the trainer's own: what it refuses need not be tried. */
async function refuseProblems(document: vscode.TextDocument): Promise<void> {
  const { parsed } = readSchedule(document);
  if (parsed.ok) return;
  const [first] = parsed.problems;
  if (!first) return;
  const selection = first.span ? { selection: rangeOf(document, first.span) } : {};
  await vscode.window.showTextDocument(document, selection);
  const more =
    parsed.problems.length > 1
      ? vscode.l10n.t("{0} more problems are marked in the schedule.", parsed.problems.length - 1)
      : "";
  throw new ExpectedError(first.code, first.sentence, `${first.remedy} ${more}`.trim(), 2, parsed.problems);
}

/** The trainer names the real path; a root reached by a link is watched, and its runs named, by the link's. */
async function asWatched(run: string, roots: readonly string[]): Promise<string> {
  for (const root of roots) {
    const real = await realpath(root).catch(() => root);
    if (path.relative(real, run) === path.basename(run)) return path.join(root, path.basename(run));
  }
  return run;
}
