/** One run's panel: hydrates on `ready`, hands deltas on, carries out what its buttons ask. */
import * as vscode from "vscode";
import type { FromRunView, RunViewCommand, ToRunView } from "../../webviews/messages/runView.ts";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import { Scope, type Disposable } from "../host/disposables.ts";
import type { Log } from "../host/log.ts";
import { webviewPage } from "../host/webviewHost.ts";
import type { RunFacts } from "../runs/facts.ts";
import type { RunStore } from "../runs/runStore.ts";

export interface RunPanelServices {
  readonly extensionUri: vscode.Uri;
  readonly log: Log;
  readonly store: RunStore;
  /** Carries out a button's command; rejects as the command does. */
  readonly perform: (command: RunViewCommand, run: RunFacts) => Promise<void>;
}

interface Handlers {
  readonly onFocus: (active: boolean) => void;
  readonly onClosed: () => void;
}

export class RunPanel implements Disposable {
  readonly #scope = new Scope();
  readonly #panel: vscode.WebviewPanel;
  readonly #directory: string;
  readonly #services: RunPanelServices;
  #following: Scope | undefined;

  constructor(panel: vscode.WebviewPanel, directory: string, services: RunPanelServices, handlers: Handlers) {
    this.#panel = panel;
    this.#directory = directory;
    this.#services = services;
    this.#scope.addAll(
      panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)),
      panel.onDidChangeViewState(() => {
        // A hidden page is gone, and says `ready` anew when it is shown: until then nothing is read for it.
        if (!panel.visible) this.#unfollow();
        handlers.onFocus(panel.active);
      }),
      panel.onDidDispose(() => {
        this.dispose();
        handlers.onClosed();
      }),
      services.store.onDidChange(() => this.#retitle()),
    );
    const icon = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(services.extensionUri, "media", `raptr-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    this.#retitle();
    panel.webview.html = webviewPage(panel.webview, services.extensionUri, {
      bundle: "run",
      title: panel.title,
      restore: directory,
    });
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Lets go of the panel without closing it: VS Code ends extensions before a reload too, and restores what is open. */
  dispose(): void {
    this.#unfollow();
    this.#scope.dispose();
  }

  #receive(message: unknown): void {
    const understood = readMessage(message);
    switch (understood?.type) {
      case "ready":
        return this.#follow();
      case "command":
        return void this.#perform(understood.id, understood.command);
      case undefined:
        return this.#services.log.warn(
          `The run view said something that is not understood: ${JSON.stringify(message)}`,
        );
      default:
        understood satisfies never;
    }
  }

  #follow(): void {
    this.#unfollow();
    this.#following = new Scope();
    this.#following.add(
      this.#services.store.follow(this.#directory, {
        onHistory: (history) => {
          if (!("refused" in history)) return this.#post({ type: "hydrate", ...history });
          // Data is still being prepared: the history comes as soon as there is one.
          if (!history.later) this.#post({ type: "failed", sentence: history.refused, remedy: "" });
        },
        onDelta: (delta) => this.#post({ type: "delta", ...delta }),
      }),
    );
  }

  #unfollow(): void {
    this.#following?.dispose();
    this.#following = undefined;
  }

  async #perform(id: number, command: RunViewCommand): Promise<void> {
    const run = this.#services.store.get(this.#directory);
    try {
      if (!run) throw new ExpectedError("no-such-run", vscode.l10n.t("The run directory is gone."), "", 2);
      await this.#services.perform(command, run);
      this.#post({ type: "settled", id });
    } catch (error) {
      this.#post({ type: "settled", id, ...refusal(error, this.#services.log) });
    }
  }

  #retitle(): void {
    const name = this.#services.store.get(this.#directory)?.name;
    if (name !== undefined && this.#panel.title !== name) this.#panel.title = name;
  }

  #post(message: ToRunView): void {
    // Resolves to false when the page has just been closed; there is nobody to tell.
    void this.#panel.webview.postMessage(message);
  }
}

type Settled = Extract<ToRunView, { type: "settled" }>;

/** The page shows it where the button is, so no notification repeats it. */
function refusal(error: unknown, log: Log): Pick<Settled, "error"> {
  if (error instanceof vscode.CancellationError) return {};
  if (error instanceof ExpectedError) {
    log.error(`${error.code}: ${error.message}`);
    return { error: { sentence: error.sentence, remedy: error.remedy } };
  }
  log.error(`internal: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const remedy = vscode.l10n.t("This is a fault of RAPTR; the log has the details.");
  return { error: { sentence: `internal: ${error instanceof Error ? error.message : String(error)}`, remedy } };
}

const viewCommands: readonly RunViewCommand[] = ["pause", "resume", "checkpoint", "stop", "openSchedule", "showLog"];

function readMessage(message: unknown): FromRunView | null {
  if (typeof message !== "object" || message === null || !("type" in message)) return null;
  if (message.type === "ready") return { type: "ready" };
  if (message.type !== "command" || !("id" in message) || !("command" in message)) return null;
  const command = viewCommands.find((each) => each === message.command);
  return command && typeof message.id === "number" ? { type: "command", id: message.id, command } : null;
}
