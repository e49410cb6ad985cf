import assert from "node:assert/strict";
import * as vscode from "vscode";

/** Opens a schedule of the fixture workspace in an editor. */
export async function openSchedule(name: string): Promise<vscode.TextDocument> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, "no workspace folder is open");
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, name));
  await vscode.window.showTextDocument(document);
  return document;
}
