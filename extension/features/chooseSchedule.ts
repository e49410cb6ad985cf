/** From what a command was given to the schedule that is meant: a resource, the active editor's, or a choice. */
import * as vscode from "vscode";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import { schedulePattern, scheduleSuffix } from "../contributions.ts";
import { activeSchedule } from "../language/scheduleDocuments.ts";

/** Schedules of the workspace, by path. Packages bring none of their own. */
export async function findSchedules(): Promise<readonly vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(schedulePattern, "**/{node_modules,.git}/**");
  return found.sort((a, b) => a.path.localeCompare(b.path));
}

/** Throws a CancellationError when the user chooses none, an ExpectedError when there is none. */
export async function chooseSchedule(argument: unknown, title: string): Promise<vscode.TextDocument> {
  const given = resourceOf(argument);
  if (given) return vscode.workspace.openTextDocument(given);
  const active = activeSchedule();
  const others = (await findSchedules()).filter((uri) => uri.toString() !== active?.uri.toString());
  const uris = active ? [active.uri, ...others] : others;
  const [only] = uris;
  if (!only) throw noSchedule();
  return vscode.workspace.openTextDocument(uris.length === 1 ? only : await pick(uris, active, title));
}

async function pick(
  uris: readonly vscode.Uri[],
  active: vscode.TextDocument | undefined,
  title: string,
): Promise<vscode.Uri> {
  const items = uris.map((uri) => ({
    label: uri.path.slice(uri.path.lastIndexOf("/") + 1),
    description: uri.toString() === active?.uri.toString() ? vscode.l10n.t("in the editor") : "",
    detail: vscode.workspace.asRelativePath(uri),
    uri,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDetail: true });
  if (!chosen) throw new vscode.CancellationError();
  return chosen.uri;
}

/** The explorer and lenses pass a URI, the tree an item with one. */
function resourceOf(argument: unknown): vscode.Uri | undefined {
  const resource =
    typeof argument === "object" && argument !== null && "resourceUri" in argument ? argument.resourceUri : argument;
  return resource instanceof vscode.Uri && resource.path.endsWith(scheduleSuffix) ? resource : undefined;
}

const noSchedule = (): ExpectedError =>
  new ExpectedError(
    "no-schedule",
    vscode.l10n.t("There is no schedule (*.raptr.json) in this workspace."),
    vscode.l10n.t('"RAPTR: New Schedule" makes one.'),
    2,
  );
