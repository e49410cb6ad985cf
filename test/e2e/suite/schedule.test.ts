/** The schedule language in the editor: problems, completion, hover and lenses, as VS Code itself answers. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { eventually } from "../eventually.ts";
import { openSchedule } from "./openSchedule.ts";

describe("a schedule in the editor", () => {
  it("shows a mistake exactly once, at its line", async () => {
    const document = await openSchedule("broken.raptr.json");
    const problems = await eventually("a problem", () => {
      const found = vscode.languages.getDiagnostics(document.uri);
      return found.length > 0 ? found : null;
    });
    // What the JSON server says comes later than the parser's word, if it says anything: wait for its completions to answer.
    await completions(document, document.positionAt(document.getText().indexOf('"seed"')));
    assert.deepEqual(
      vscode.languages.getDiagnostics(document.uri).map(({ message }) => message),
      problems.map(({ message }) => message),
    );
    const misspelt = problems.filter(({ message }) => message.includes("objectiv"));
    assert.equal(misspelt.length, 1, problems.map(({ message }) => message).join("\n"));
    const line = document.positionAt(document.getText().indexOf('"objectiv"')).line;
    assert.equal(misspelt[0]?.range.start.line, line);
  });

  it("has no problem where there is none", async () => {
    const document = await openSchedule("tiny.raptr.json");
    const lens = await lensesOf(document);
    assert.ok(lens.length > 0, "the lenses are there, so the schedule was read");
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  });

  it("shows each mistake of syntax once, whoever finds it", async () => {
    const text = (await openSchedule("tiny.raptr.json")).getText();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    const mistakes = [
      ["comma", text.replace(/"bytes",/, '"bytes"')],
      ["twice", text.replace(/"tokenizer": "bytes",/, '"tokenizer": "bytes", "tokenizer": "bytes",')],
      ["symbol", text.replace(/"seed": 1/, '"seed": one')],
    ] as const;
    for (const [name, wrong] of mistakes) {
      assert.notEqual(wrong, text);
      const uri = vscode.Uri.joinPath(folder, `${name}.raptr.json`);
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(wrong));
      const document = await openSchedule(`${name}.raptr.json`);
      await eventually(`the mistake ${name}`, () => vscode.languages.getDiagnostics(uri).length > 0 || null);
      // JSON's own server has looked at the text once it completes.
      await completions(document, document.positionAt(wrong.indexOf('"seed"')));
      const now = vscode.languages.getDiagnostics(uri);
      const places = now.map(({ range }) => `${range.start.line}:${range.start.character}`);
      const said = now.map(({ source, message }) => `${source}: ${message}`).join("\n");
      assert.deepEqual([...new Set(places)], places, said);
      assert.equal(new Set(now.map(({ source }) => source)).size, 1, said);
    }
  });

  it("completes names and choices from the schema", async () => {
    const document = await openSchedule("tiny.raptr.json");
    const afterName = document.getText().indexOf('"normPosition"');
    const labels = await eventually("completions of the model", async () => {
      const found = await completions(document, document.positionAt(afterName));
      return found.some((label) => label.includes("dropout")) ? found : null;
    });
    assert.ok(
      labels.some((label) => label.includes("maxLength")),
      labels.join(", "),
    );
  });

  it("explains a name on hover", async () => {
    const document = await openSchedule("tiny.raptr.json");
    const position = document.positionAt(document.getText().indexOf('"stages"') + 2);
    const text = await eventually("a hover", async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        "vscode.executeHoverProvider",
        document.uri,
        position,
      );
      const said = hovers.flatMap(({ contents }) =>
        contents.map((part) => (typeof part === "string" ? part : part.value)),
      );
      return said.length > 0 ? said.join("\n") : null;
    });
    assert.match(text, /active layers/i);
  });

  it("offers to launch from a lens", async () => {
    const document = await openSchedule("tiny.raptr.json");
    const commands = (await lensesOf(document)).map(({ command }) => command?.command);
    assert.ok(commands.includes("raptr.launchRun"), commands.join(", "));
  });
});

async function completions(document: vscode.TextDocument, position: vscode.Position): Promise<string[]> {
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    "vscode.executeCompletionItemProvider",
    document.uri,
    position,
  );
  return list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
}

function lensesOf(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  return eventually("lenses", async () => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      document.uri,
      10,
    );
    return lenses.length > 0 ? lenses : null;
  });
}
