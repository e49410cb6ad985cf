/** RAPTR: New Schedule. Writes a schedule that can be launched as it stands and opens it. */
import * as vscode from "vscode";
import { commands, scheduleSuffix } from "../contributions.ts";
import { registerCommand } from "../host/commands.ts";
import type { Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";
import { dataGlobs, scheduleTemplate, textFilesPattern } from "./scheduleTemplate.ts";

/** Enough to see which kinds of text there are. */
const filesLookedAt = 500;

export function registerNewSchedule({ log }: Pick<Services, "log">): Disposable {
  return registerCommand(commands.newSchedule, log, async () => {
    const folder = await chooseFolder();
    const uri = vscode.Uri.joinPath(folder.uri, await askName(folder));
    const pattern = new vscode.RelativePattern(folder, textFilesPattern);
    const texts = await vscode.workspace.findFiles(pattern, "**/{node_modules,.git,runs}/**", filesLookedAt);
    const text = scheduleTemplate(dataGlobs(texts.map(({ path }) => path)));
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    await vscode.window.showTextDocument(uri);
  });
}

async function chooseFolder(): Promise<vscode.WorkspaceFolder> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const folder = folders.length === 1 ? folders[0] : await vscode.window.showWorkspaceFolderPick();
  if (!folder) throw new vscode.CancellationError();
  return folder;
}

async function askName(folder: vscode.WorkspaceFolder): Promise<string> {
  const value = `pretrain${scheduleSuffix}`;
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t("New Schedule"),
    prompt: vscode.l10n.t("File name in {0}", folder.name),
    value,
    valueSelection: [0, value.length - scheduleSuffix.length],
    validateInput: (input) => nameProblem(input, folder),
  });
  if (name === undefined) throw new vscode.CancellationError();
  return complete(name);
}

const complete = (name: string): string => (name.endsWith(scheduleSuffix) ? name : `${name}${scheduleSuffix}`);

async function nameProblem(name: string, folder: vscode.WorkspaceFolder): Promise<string | undefined> {
  if (name.trim() === "" || /[<>:"|?*\\]/.test(name) || name.split("/").includes(".."))
    return vscode.l10n.t("This is no file name.");
  const taken = await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder.uri, complete(name))).then(
    () => true,
    () => false,
  );
  return taken ? vscode.l10n.t("There is such a file already.") : undefined;
}
