/** What features are given; each takes what it needs and owns nothing of it. */
import type * as vscode from "vscode";
import type { Launcher } from "../launch/launcher.ts";
import type { ScheduleDiagnostics } from "../language/diagnostics.ts";
import type { RunStore } from "../runs/runStore.ts";
import type { Disposable } from "./disposables.ts";
import type { Log } from "./log.ts";
import type { RunPanels } from "../features/runPanels.ts";

export interface Services {
  readonly extensionUri: vscode.Uri;
  readonly log: Log;
  readonly store: RunStore;
  readonly launcher: Launcher;
  readonly diagnostics: ScheduleDiagnostics;
  readonly panels: RunPanels;
}

/** One ability of the extension; what it returns ends it. */
export type Feature = (services: Services) => Disposable;
