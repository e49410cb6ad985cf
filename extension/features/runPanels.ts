/** Panels that show runs: one per run, restored after a reload, fed while they can be seen. */
import * as vscode from "vscode";
import { panels } from "../contributions.ts";
import { Scope, type Disposable } from "../host/disposables.ts";
import { Emitter } from "../host/emitter.ts";
import { webviewOptions } from "../host/webviewHost.ts";
import { RunPanel, type RunPanelServices } from "./runPanel.ts";

export class RunPanels implements Disposable, vscode.WebviewPanelSerializer {
  readonly #scope = new Scope();
  readonly #focusChanged = this.#scope.add(new Emitter<void>());
  readonly #services: RunPanelServices;
  readonly #open = new Map<string, RunPanel>();
  #focused: string | undefined;

  readonly onDidChangeFocus = this.#focusChanged.event;

  constructor(services: RunPanelServices) {
    this.#services = services;
    this.#scope.add(vscode.window.registerWebviewPanelSerializer(panels.run, this));
  }

  /** Directory of the run whose panel has the focus, or had it last and is still in sight. */
  get focused(): string | undefined {
    return this.#focused;
  }

  /** Shows a run's panel, beside the editor the first time. */
  open(directory: string): void {
    const there = this.#open.get(directory);
    if (there) return there.reveal();
    const name = this.#services.store.get(directory)?.name ?? vscode.l10n.t("Run");
    const options = webviewOptions(this.#services.extensionUri);
    const column = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    this.#adopt(vscode.window.createWebviewPanel(panels.run, name, column, options), directory);
  }

  /** `state` is what the page kept: foreign, as any page's state. A panel without a run cannot be restored. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const directory = restoredRun(state);
    if (directory === undefined || this.#open.has(directory)) return panel.dispose();
    panel.webview.options = webviewOptions(this.#services.extensionUri);
    this.#adopt(panel, directory);
  }

  dispose(): void {
    for (const panel of [...this.#open.values()]) panel.dispose();
    this.#scope.dispose();
  }

  #adopt(panel: vscode.WebviewPanel, directory: string): void {
    const onFocus = (active: boolean): void => this.#focus(directory, active, panel.visible);
    const onClosed = (): void => {
      this.#open.delete(directory);
      this.#focus(directory, false, false);
    };
    this.#open.set(directory, new RunPanel(panel, directory, this.#services, { onFocus, onClosed }));
    this.#focus(directory, panel.active, panel.visible);
  }

  #focus(directory: string, active: boolean, visible: boolean): void {
    const before = this.#focused;
    if (active) this.#focused = directory;
    else if (!visible && before === directory) this.#focused = undefined;
    if (this.#focused !== before) this.#focusChanged.fire();
  }
}

function restoredRun(state: unknown): string | undefined {
  if (typeof state !== "object" || state === null || !("restore" in state)) return undefined;
  return typeof state.restore === "string" ? state.restore : undefined;
}
