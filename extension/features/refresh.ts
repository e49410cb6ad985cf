/** RAPTR: Refresh. Looks at every run directory again. */
import { commands } from "../contributions.ts";
import { registerCommand } from "../host/commands.ts";
import type { Disposable } from "../host/disposables.ts";
import type { Services } from "../host/services.ts";

export const registerRefresh = ({ log, store }: Services): Disposable =>
  registerCommand(commands.refresh, log, () => store.refresh());
