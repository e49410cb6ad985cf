/** What helps around a run: hints in the schedule, problems of its data, the command to copy, the doctor. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { eventually } from "../eventually.ts";
import { openSchedule } from "./openSchedule.ts";

describe("around a run", () => {
  it("says in the schedule what its stages come to", async () => {
    const document = await openSchedule("tiny.raptr.json");
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      "vscode.executeInlayHintProvider",
      document.uri,
      new vscode.Range(0, 0, document.lineCount, 0),
    );
    const texts = hints.map(({ label }) =>
      typeof label === "string" ? label : label.map(({ value }) => value).join(""),
    );
    assert.ok(
      texts.some((text) => text.includes("of layer FLOPs")),
      texts.join("\n"),
    );
    assert.ok(
      texts.some((text) => text.includes("begin at 0")),
      texts.join("\n"),
    );
  });

  it("puts what is wrong with the data at the line that names it, once", async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const text = (await openSchedule("tiny.raptr.json")).getText();
    const uri = vscode.Uri.joinPath(folder, "nodata.raptr.json");
    const wrong = text.replace(/"files": \[[^\]]*\]/, '"files": ["nowhere/*.md"]');
    assert.notEqual(wrong, text);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(wrong));
    await vscode.commands.executeCommand("raptr.launchRun", uri);
    const [problem, ...others] = await eventually("the problem", () => {
      const found = vscode.languages.getDiagnostics(uri).filter(({ message }) => message.includes("nowhere"));
      return found.length > 0 ? found : null;
    });
    assert.deepEqual(others, []);
    const line = wrong.slice(0, wrong.indexOf("nowhere")).split("\n").length - 1;
    assert.equal(problem?.range.start.line, line);
  });

  it("copies the command that trains a schedule in a terminal", async () => {
    const document = await openSchedule("tiny.raptr.json");
    await vscode.commands.executeCommand("raptr.copyLaunchCommand", document.uri);
    const command = await vscode.env.clipboard.readText();
    assert.match(command, /raptr\.mjs['"]? train /);
    assert.ok(command.includes(document.fileName), command);
  });

  it("shows what the doctor says", async () => {
    await vscode.commands.executeCommand("raptr.doctor");
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, "raptr-doctor");
    assert.match(document?.getText() ?? "", /cpu/);
  });

  it("writes a new schedule without problems", async () => {
    let settled = false;
    const creating = vscode.commands.executeCommand("raptr.newSchedule").then(() => (settled = true));
    while (!settled) {
      await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
      await Promise.race([creating, new Promise((resolve) => setTimeout(resolve, 500))]);
    }
    const document = vscode.window.activeTextEditor?.document;
    assert.match(document?.fileName ?? "", /pretrain\.raptr\.json$/);
    assert.ok(document);
    const errors = vscode.languages.getDiagnostics(document.uri);
    assert.deepEqual(
      errors.map(({ message }) => message),
      [],
    );
  });
});
