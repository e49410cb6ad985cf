/** What the run view's buttons do; the same functions as the commands. */
import type { RunViewCommand } from "../../webviews/messages/runView.ts";
import type { Services } from "../host/services.ts";
import type { RunFacts } from "../runs/facts.ts";
import { checkpointNow } from "./checkpointNow.ts";
import { openSchedule } from "./openRun.ts";
import { pauseRun } from "./pauseRun.ts";
import { resumeRun } from "./resumeRun.ts";
import { showLog } from "./showLog.ts";
import { stopRun } from "./stopRun.ts";

export const runActions: Readonly<Record<RunViewCommand, (run: RunFacts, services: Services) => Promise<void>>> = {
  pause: pauseRun,
  resume: resumeRun,
  checkpoint: checkpointNow,
  stop: stopRun,
  openSchedule,
  showLog,
};
