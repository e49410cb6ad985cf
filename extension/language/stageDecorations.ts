/** While a run of a schedule is live, each stage's line says how far it is. */
import * as vscode from "vscode";
import { Scope, type Disposable } from "../host/disposables.ts";
import { isLive, type RunFacts } from "../runs/facts.ts";
import type { RunStore } from "../runs/runStore.ts";
import { isSchedule, rangeOf, readSchedule } from "./scheduleDocuments.ts";
import { latestRunOf } from "./scheduleRuns.ts";
import { stageSpots } from "./stageSpots.ts";
import { stageText } from "./stageText.ts";

export function registerStageDecorations({ store }: { readonly store: RunStore }): Disposable {
  const scope = new Scope();
  const type = scope.add(
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    }),
  );
  const drawAll = (): void => {
    for (const editor of vscode.window.visibleTextEditors) draw(editor, type, store);
  };
  scope.addAll(
    store.onDidChange(drawAll),
    vscode.window.onDidChangeVisibleTextEditors(drawAll),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (isSchedule(document)) drawAll();
    }),
  );
  drawAll();
  return scope;
}

function draw(editor: vscode.TextEditor, type: vscode.TextEditorDecorationType, store: RunStore): void {
  const { document } = editor;
  if (!isSchedule(document)) return;
  const run = latestRunOf(document.uri.fsPath, store.runs);
  editor.setDecorations(type, run && isLive(run.status) ? decorations(document, run) : []);
}

/** None when the text has been edited into other stages than the run's. */
function decorations(document: vscode.TextDocument, run: RunFacts): vscode.DecorationOptions[] {
  const { parsed, plan } = readSchedule(document);
  if (!plan || plan.stages.length !== run.stages.length) return [];
  const lines = new Map<number, string[]>();
  for (const { stage, span } of stageSpots(parsed, plan)) {
    const facts = run.stages[stage];
    if (!facts) continue;
    const { line } = rangeOf(document, span).end;
    lines.set(line, [...(lines.get(line) ?? []), stageText(facts, run, vscode.l10n.t)]);
  }
  return [...lines].map(([line, texts]) => ({
    range: document.lineAt(line).range,
    renderOptions: {
      after: {
        contentText: texts.join("   "),
        margin: "0 0 0 3em",
        color: new vscode.ThemeColor("editorCodeLens.foreground"),
        fontStyle: "normal",
      },
    },
  }));
}
