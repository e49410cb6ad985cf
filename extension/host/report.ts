/** The one place that turns failures into messages: expected ones say what to do, cancelled ones nothing, bugs go to the log. */
import * as vscode from "vscode";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import type { Log } from "./log.ts";

export async function report(error: unknown, log: Log): Promise<void> {
  if (error instanceof vscode.CancellationError) return;
  const showLog = vscode.l10n.t("Show Log");
  const message = error instanceof ExpectedError ? `${error.sentence} ${error.remedy}` : bug(error, log);
  if (error instanceof ExpectedError) log.error(`${error.code}: ${message}`);
  if ((await vscode.window.showErrorMessage(message, showLog)) === showLog) log.show();
}

function bug(error: unknown, log: Log): string {
  const text = error instanceof Error ? error.message : String(error);
  log.error(`internal: ${error instanceof Error ? (error.stack ?? text) : text}`);
  return vscode.l10n.t("internal: {0}. This is a fault of RAPTR; the log has the details.", text);
}
