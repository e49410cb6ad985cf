/** Ends a run's process tree, and only that one: never by a pid alone. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import type { Lease } from "../../trainer/protocol/lease.ts";
import type { Translate } from "../host/translate.ts";
import { processState } from "../runs/processIdentity.ts";

const run = promisify(execFile);

/**
 * Sends the signal to the trainer's process group (POSIX) or ends its tree by `taskkill` (Windows). Throws an
 * ExpectedError, and signals nothing, unless pid, process start, host and boot id all match the lease.
 */
export async function endProcessTree(lease: Lease, force: boolean, t: Translate): Promise<void> {
  const state = await processState(lease);
  switch (state) {
    case "alive":
      return process.platform === "win32" ? endOnWindows(lease.pid, force) : endGroup(lease.pid, force);
    case "gone":
      throw new ExpectedError(
        "process-gone",
        t("Process {0} of this run has ended already.", String(lease.pid)),
        t("Nothing was signalled."),
        5,
      );
    case "elsewhere":
      throw new ExpectedError(
        "other-host",
        t("The run's process is on {0}.", lease.host),
        t("End it there, or ask it to stop through its mailbox."),
        5,
      );
    case "unknown":
      throw new ExpectedError(
        "process-unknown",
        t("This system does not tell whether process {0} is still this run's.", String(lease.pid)),
        t("Nothing was signalled; end it by the system's own tools."),
        5,
      );
    default:
      state satisfies never;
  }
}

/**
 * A trainer that was launched from here leads its own process group, so its pid names the group. One that a terminal or
 * `npm` started belongs to another's: then it is the process alone, which runs all its threads.
 */
function endGroup(pid: number, force: boolean): void {
  const signal = force ? "SIGKILL" : "SIGTERM";
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    process.kill(pid, signal);
  }
}

async function endOnWindows(pid: number, force: boolean): Promise<void> {
  await run("taskkill", ["/T", ...(force ? ["/F"] : []), "/PID", String(pid)], { windowsHide: true });
}
