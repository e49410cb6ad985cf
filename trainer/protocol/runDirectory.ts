/** Names within a run directory; the one place that knows them. All paths are relative and use "/". */

export const runFile = "run.json";
export const eventsFile = "events.ndjson";
export const leaseFile = "lease.json";
export const metricsDirectory = "metrics";
export const controlDirectory = "control";
export const controlDoneDirectory = "control/done";
export const checkpointsDirectory = "checkpoints";
export const launchesDirectory = "launches";
export const logsDirectory = "logs";
export const checkpointDoneFile = "DONE";

const padded = (launch: number): string => String(launch).padStart(4, "0");

export const metricsFile = (launch: number): string => `${metricsDirectory}/${padded(launch)}.arrows`;
export const evaluationsFile = (launch: number): string => `${metricsDirectory}/${padded(launch)}.evaluation.arrows`;
/** Made by exclusive creation: whoever makes it is that launch. Never removed while it is the newest. */
export const launchFile = (launch: number): string => `${launchesDirectory}/${padded(launch)}.json`;
export const logFile = (launch: number): string => `${logsDirectory}/${padded(launch)}.txt`;
export const checkpointName = (step: number): string => `step-${String(step).padStart(8, "0")}`;

/** The step in a checkpoint's directory name, or null when it is not one. */
export function checkpointStep(name: string): number | null {
  const match = /^step-(\d{8,})$/.exec(name);
  return match ? Number(match[1]) : null;
}
