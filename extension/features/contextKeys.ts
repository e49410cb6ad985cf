/** Tells `when` clauses what the runs allow, so that the palette offers only what can be done. */
import * as vscode from "vscode";
import { contextKeys, type Ability } from "../contributions.ts";
import type { Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";
import { abilitiesOf } from "./statusText.ts";

export function registerContextKeys({ store }: Pick<Services, "store">): Disposable {
  const shown = new Map<string, boolean>();
  const set = (key: string, value: boolean): void => {
    if (shown.get(key) === value) return;
    shown.set(key, value);
    void vscode.commands.executeCommand("setContext", key, value);
  };
  const tell = (): void => {
    const any = (ability: Ability): boolean => store.runs.some((run) => abilitiesOf(run.status).includes(ability));
    set(contextKeys.hasRuns, store.runs.length > 0);
    set(contextKeys.canPause, any("pause"));
    set(contextKeys.canResume, any("resume"));
    set(contextKeys.canStop, any("stop"));
  };
  tell();
  return store.onDidChange(tell);
}
