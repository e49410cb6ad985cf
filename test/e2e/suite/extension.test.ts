import assert from "node:assert/strict";
import * as vscode from "vscode";

describe("the extension in its host", () => {
  it("is there and activates", async () => {
    const extension = vscode.extensions.getExtension("raptr.raptr");
    assert.ok(extension, "the extension is not installed");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it("registers every command that package.json contributes", async () => {
    const manifest: unknown = vscode.extensions.getExtension("raptr.raptr")?.packageJSON;
    const contributed = commandsOf(manifest);
    assert.ok(contributed.length > 0, "package.json contributes no command");
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });
});

function commandsOf(manifest: unknown): string[] {
  const { contributes } = manifest as { contributes?: { commands?: { command: string }[] } };
  return (contributes?.commands ?? []).map(({ command }) => command);
}
