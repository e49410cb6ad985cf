/** The extension's table of contents: builds the services, registers the features, returns. */
import * as vscode from "vscode";
import { registerCheckpointNow } from "./features/checkpointNow.ts";
import { registerContextKeys } from "./features/contextKeys.ts";
import { registerCopyLaunchCommand } from "./features/copyLaunchCommand.ts";
import { registerDoctor } from "./features/doctor.ts";
import { registerLaunchRun } from "./features/launchRun.ts";
import { registerNewSchedule } from "./features/newSchedule.ts";
import { registerOpenRun } from "./features/openRun.ts";
import { registerPauseRun } from "./features/pauseRun.ts";
import { registerRefresh } from "./features/refresh.ts";
import { registerResumeRun } from "./features/resumeRun.ts";
import { runActions } from "./features/runActions.ts";
import { RunPanels } from "./features/runPanels.ts";
import { registerRunRoots } from "./features/runRoots.ts";
import { registerRunsView } from "./features/runsView.ts";
import { registerSchedulesView } from "./features/schedulesView.ts";
import { registerShowLog } from "./features/showLog.ts";
import { registerStatusBar } from "./features/statusBar.ts";
import { registerStopRun } from "./features/stopRun.ts";
import { liveDisposables, Scope } from "./host/disposables.ts";
import { createLog } from "./host/log.ts";
import type { Feature, Services } from "./host/services.ts";
import { setting } from "./host/settings.ts";
import { registerCodeLenses } from "./language/codeLenses.ts";
import { ScheduleDiagnostics } from "./language/diagnostics.ts";
import { registerInlayHints } from "./language/inlayHints.ts";
import { registerStageDecorations } from "./language/stageDecorations.ts";
import { searchFrom } from "./launch/findNode.ts";
import { LocalLauncher } from "./launch/launcher.ts";
import { RunStore } from "./runs/runStore.ts";

// prettier-ignore
const features: readonly Feature[] = [
  registerRunRoots, registerContextKeys, registerRunsView, registerSchedulesView, registerStatusBar,
  registerLaunchRun, registerResumeRun, registerPauseRun, registerStopRun, registerCheckpointNow,
  registerOpenRun, registerNewSchedule, registerDoctor, registerShowLog, registerCopyLaunchCommand, registerRefresh,
  registerCodeLenses, registerInlayHints, registerStageDecorations,
];

/** What `activate` returns, for the tests inside VS Code. */
export interface TestHandle {
  readonly store: RunStore;
  /** Ends the extension and counts what it failed to dispose of. */
  close(): number;
}

export function activate({ extensionUri, extensionPath, subscriptions }: vscode.ExtensionContext): TestHandle {
  const scope = new Scope();
  subscriptions.push(scope);
  const log = scope.add(createLog());
  const store = scope.add(new RunStore());
  scope.add(store.onDidLog(({ level, message }) => log[level](message)));
  const launcher = new LocalLauncher(extensionPath, log, () => searchFrom(setting("raptr.nodePath")), vscode.l10n.t);
  const diagnostics = scope.add(new ScheduleDiagnostics());
  const panels: RunPanels = scope.add(
    new RunPanels({ extensionUri, log, store, perform: (command, run) => runActions[command](run, services) }),
  );
  const services: Services = { extensionUri, log, store, launcher, diagnostics, panels };
  for (const register of features) scope.add(register(services));
  return { store, close: () => (scope.dispose(), liveDisposables()) };
}
