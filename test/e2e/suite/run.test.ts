/** A run from the command to its end, as the extension's own store sees it. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import type { TestHandle } from "../../../extension/extension.ts";
import { eventually } from "../eventually.ts";
import { openSchedule } from "./openSchedule.ts";

describe("a run", () => {
  let handle: TestHandle;
  before(async () => {
    const extension = vscode.extensions.getExtension<TestHandle>("raptr.raptr");
    assert.ok(extension);
    handle = await extension.activate();
  });

  it("is launched by the command and followed to its end", async () => {
    const document = await openSchedule("tiny.raptr.json");
    await vscode.commands.executeCommand("raptr.launchRun", document.uri);
    const run = await eventually(
      "run in the store",
      () => handle.store.runs.find(({ name }) => name === "tiny") ?? null,
    );
    await eventually("end of the run", () => {
      const state = handle.store.get(run.directory)?.status.state;
      assert.ok(state !== "failed" && state !== "lost" && state !== "damaged", `the run is ${state}`);
      return state === "completed" ? true : null;
    });
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
    assert.equal(path.dirname(run.directory), path.join(folder, "runs"));
    for (const name of ["run.json", "events.ndjson", "metrics", "checkpoints", "lease.json"]) {
      assert.ok(existsSync(path.join(run.directory, name)), `${name} is missing from the run directory`);
    }
  }).timeout(120_000);
});
