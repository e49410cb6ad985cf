/** The view Runs: every run with its status, its checkpoints below it. */
import * as vscode from "vscode";
import { commands, views } from "../contributions.ts";
import { Scope, type Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";
import type { CheckpointFacts, RunFacts } from "../runs/facts.ts";
import { checkpointRow, runRow, type Row } from "./runsTree.ts";

/** What menus hand to commands; commands look at `directory` only. */
interface RunNode {
  readonly directory: string;
  readonly checkpoint?: CheckpointFacts;
}

/** A tree that redraws more often cannot be used. */
const redrawMilliseconds = 500;

export function registerRunsView({ store }: Pick<Services, "store">): Disposable {
  const scope = new Scope();
  const changed = scope.add(new vscode.EventEmitter<void>());
  const provider: vscode.TreeDataProvider<RunNode> = {
    onDidChangeTreeData: changed.event,
    getChildren: (node) => children(node, store.runs, (directory) => store.get(directory)),
    getTreeItem: (node) => treeItem(node, store.get(node.directory)),
  };
  scope.add(vscode.window.createTreeView(views.runs, { treeDataProvider: provider }));
  let waiting: NodeJS.Timeout | undefined;
  scope.add(
    store.onDidChange(() => {
      waiting ??= setTimeout(() => {
        waiting = undefined;
        changed.fire();
      }, redrawMilliseconds);
    }),
  );
  scope.add({ dispose: () => clearTimeout(waiting) });
  return scope;
}

function children(
  node: RunNode | undefined,
  runs: readonly RunFacts[],
  get: (directory: string) => RunFacts | undefined,
): RunNode[] {
  if (!node) return runs.map(({ directory }) => ({ directory }));
  if (node.checkpoint) return [];
  return (get(node.directory)?.checkpoints ?? []).map((checkpoint) => ({ directory: node.directory, checkpoint }));
}

function treeItem(node: RunNode, run: RunFacts | undefined): vscode.TreeItem {
  if (!run) return new vscode.TreeItem(node.directory);
  const t = vscode.l10n.t;
  const row = node.checkpoint ? checkpointRow(run, node.checkpoint, t) : runRow(run, t);
  const item = asTreeItem(row);
  if (!node.checkpoint)
    item.command = { command: commands.openRun, title: vscode.l10n.t("Open Run"), arguments: [run.directory] };
  return item;
}

export function asTreeItem(row: Row): vscode.TreeItem {
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(row.label, row.expandable ? Collapsed : None);
  item.id = row.id;
  item.description = row.description;
  item.tooltip = row.tooltip;
  item.iconPath = new vscode.ThemeIcon(row.icon, row.color ? new vscode.ThemeColor(row.color) : undefined);
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.ariaLabel };
  return item;
}
