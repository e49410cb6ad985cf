/** Runs after all other files (mocha takes them by name): ends the extension and counts what it left behind. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { TestHandle } from "../../../extension/extension.ts";

describe("the extension's end", () => {
  it("disposes of everything it created", async () => {
    const extension = vscode.extensions.getExtension<TestHandle>("raptr.raptr");
    assert.ok(extension);
    const { close } = await extension.activate();
    assert.equal(close(), 0);
  });
});
