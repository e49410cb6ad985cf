/** Runs that are there already: listed with what they came to, and a process that is not theirs left alone. */
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import type { TestHandle } from "../../../extension/extension.ts";
import { eventually } from "../eventually.ts";

describe("recorded runs", () => {
  let handle: TestHandle;
  let extensionPath: string;
  let folder: string;

  before(async () => {
    const extension = vscode.extensions.getExtension<TestHandle>("raptr.raptr");
    assert.ok(extension);
    extensionPath = extension.extensionPath;
    handle = await extension.activate();
    folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  });

  const add = async (name: string): Promise<string> => {
    const directory = path.join(folder, "runs", `recorded-${name}`);
    await cp(path.join(extensionPath, "test/fixtures/runs", name), directory, { recursive: true });
    return directory;
  };

  it("appear by themselves, with status, progress and checkpoints", async () => {
    const directory = await add("completed");
    const run = await eventually("the recorded run", () => handle.store.get(directory) ?? null);
    assert.equal(run.status.state, "completed");
    assert.equal(run.progress.step, 150);
    assert.deepEqual(
      run.checkpoints.map(({ step }) => step),
      [150, 100, 50],
    );
  });

  it("are lost, never running, once their lease stands still", async () => {
    const directory = await add("killed");
    const run = await eventually("the end of hope", () => {
      const now = handle.store.get(directory);
      return now?.status.state === "lost" ? now : null;
    });
    assert.ok(run.progress.step > 0);
  });

  it("open in a panel of their own, each once", async () => {
    const directory = await add("resumed");
    await eventually("the recorded run", () => handle.store.get(directory) ?? null);
    const panels = (): readonly vscode.Tab[] =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith("raptr.run"));
    const before = panels().length;
    await vscode.commands.executeCommand("raptr.openRun", directory);
    await eventually("the panel", () => (panels().length === before + 1 ? true : null));
    await vscode.commands.executeCommand("raptr.openRun", directory);
    await vscode.commands.executeCommand("raptr.openRun", path.join(folder, "runs", "recorded-completed"));
    await eventually("a second panel", () => (panels().length === before + 2 ? true : null));
    await vscode.window.tabGroups.close(panels());
  });

  it("show the log of their latest launch", async () => {
    const directory = path.join(folder, "runs", "recorded-resumed");
    await vscode.commands.executeCommand("raptr.showLog", { directory });
    assert.equal(vscode.window.activeTextEditor?.document.fileName, path.join(directory, "logs", "0002.txt"));
  });
});
