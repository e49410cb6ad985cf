import type { Disposable } from "../host/disposables.ts";
import type { RunStore } from "./runStore.ts";

/**
 * Calls `changed` when a run comes, goes or changes its state. While a run is live its facts change ten times a second;
 * what shows states only is redrawn by this.
 */
export function onStateChange(store: Pick<RunStore, "runs" | "onDidChange">, changed: () => void): Disposable {
  let shown = "";
  return store.onDidChange(() => {
    const now = store.runs.map((run) => `${run.directory} ${run.status.state}`).join("\n");
    if (now === shown) return;
    shown = now;
    changed();
  });
}
