/** Commands: registered by the names in contributions.ts, failures reported in one place, trust asked for where it is needed. */
import * as vscode from "vscode";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import type { CommandId } from "../contributions.ts";
import type { Disposable } from "./disposables.ts";
import type { Log } from "./log.ts";
import { report } from "./report.ts";

/** `argument`: what the menu, tree or link passes; unknown, as anyone can run a command with anything. */
export function registerCommand(id: CommandId, log: Log, run: (argument: unknown) => Promise<void>): Disposable {
  return vscode.commands.registerCommand(id, async (argument: unknown) => {
    try {
      await run(argument);
    } catch (error) {
      // Not awaited: a message stays open until it is dismissed, and the command has ended.
      void report(error, log);
    }
  });
}

/** Menus hide what needs trust; this refuses it also when it is called by name. */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new ExpectedError(
    "not-trusted",
    vscode.l10n.t("This workspace is not trusted, so nothing is launched or controlled from it."),
    vscode.l10n.t('Trust it with "Workspaces: Manage Workspace Trust" if you know where it comes from.'),
    2,
  );
}
