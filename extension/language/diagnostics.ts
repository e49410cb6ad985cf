/** The parser's problems, and those that a launch found, at the schedule's lines; each exactly once. */
import * as vscode from "vscode";
import type { Problem } from "../../trainer/protocol/errors.ts";
import { Scope, type Disposable } from "../host/disposables.ts";
import { isSchedule, rangeOf, readSchedule } from "./scheduleDocuments.ts";

/** Typing settles before a long schedule is parsed again. */
const settleMilliseconds = 60;
const source = "raptr";
/** What VS Code's own JSON service reports as well. */
const syntaxCodes: ReadonlySet<string> = new Set(["syntax", "duplicate-key"]);

export class ScheduleDiagnostics implements Disposable {
  readonly #scope = new Scope();
  readonly #shown = this.#scope.add(vscode.languages.createDiagnosticCollection(source));
  readonly #fromLaunch = new Map<string, { readonly version: number; readonly problems: readonly Problem[] }>();
  readonly #waiting = new Map<string, NodeJS.Timeout>();

  constructor() {
    this.#scope.addAll(
      vscode.workspace.onDidOpenTextDocument((document) => this.#show(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#showSoon(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      vscode.extensions.onDidChange(() => this.#showAll()),
    );
    this.#showAll();
  }

  /** Shows what a launch refused, until the next edit. */
  showLaunchProblems(document: vscode.TextDocument, problems: readonly Problem[]): void {
    this.#fromLaunch.set(document.uri.toString(), { version: document.version, problems });
    this.#show(document);
  }

  dispose(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#scope.dispose();
  }

  #showAll(): void {
    for (const document of vscode.workspace.textDocuments) this.#show(document);
  }

  #showSoon(document: vscode.TextDocument): void {
    if (!isSchedule(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.#waiting.get(key));
    this.#waiting.set(
      key,
      setTimeout(() => this.#show(document), settleMilliseconds),
    );
  }

  #show(document: vscode.TextDocument): void {
    if (!isSchedule(document) || document.isClosed) return;
    const key = document.uri.toString();
    this.#waiting.delete(key);
    const { parsed } = readSchedule(document);
    const launch = this.#fromLaunch.get(key);
    const problems = [
      ...(parsed.ok ? parsed.warnings : parsed.problems),
      ...(launch?.version === document.version ? launch.problems : []),
    ];
    const shown = unique(problems).filter(({ code }) => !(syntaxCodes.has(code) && jsonServiceRuns()));
    this.#shown.set(
      document.uri,
      shown.map((problem) => diagnostic(document, problem)),
    );
  }

  #forget(document: vscode.TextDocument): void {
    if (!isSchedule(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.#waiting.get(key));
    this.#waiting.delete(key);
    this.#fromLaunch.delete(key);
    this.#shown.delete(document.uri);
  }
}

/** The trainer reads the same text with the same parser, so a launch may repeat what is shown already. */
function unique(problems: readonly Problem[]): readonly Problem[] {
  const key = (problem: Problem): string => JSON.stringify([problem.code, problem.path, problem.sentence]);
  return [...new Map(problems.map((problem) => [key(problem), problem])).values()];
}

const jsonServiceRuns = (): boolean => vscode.extensions.getExtension("vscode.json-language-features") !== undefined;

function diagnostic(document: vscode.TextDocument, problem: Problem): vscode.Diagnostic {
  const severity = problem.severity === "error" ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const range = problem.span ? rangeOf(document, problem.span) : document.lineAt(0).range;
  const shown = new vscode.Diagnostic(range, `${problem.sentence} ${problem.remedy}`.trim(), severity);
  shown.source = source;
  shown.code = problem.code;
  return shown;
}
