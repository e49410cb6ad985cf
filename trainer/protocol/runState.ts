/** What a run is doing, from what is in its directory and what the watcher saw of its lease. Pure: no clock, no process is asked here. */
import type { RunEvent } from "./events.ts";
import type { Lease } from "./lease.ts";
import type { RunStatus } from "./status.ts";

/**
 * What the watcher's machine says of the process that the lease names:
 * - `alive`: host, boot, pid and process start are the lease's.
 * - `gone`: this host, and no such process: ended, its pid given to another, or the machine was booted anew.
 * - `elsewhere`: another host wrote the lease; only its counter tells.
 * - `unknown`: the system did not answer; only the counter tells.
 */
export type OwnerProcess = "alive" | "gone" | "elsewhere" | "unknown";

/** Since when the lease has not changed, as this watcher saw it. Keep one per run, from look to look. */
export interface LeaseObservation {
  /** Which write of the lease it is: launch and counter; null while there is no lease. */
  readonly write: string | null;
  /** Milliseconds of the watcher's own monotonic clock. */
  readonly since: number;
}

export interface RunEvidence {
  readonly events: readonly RunEvent[];
  readonly lease: Lease | null;
  readonly process: OwnerProcess;
  readonly observation: LeaseObservation;
  /** As in the observation. */
  readonly now: number;
  /** Why run.json cannot be read; null when it can, or is not there yet. */
  readonly damaged: string | null;
}

/** A lease counts as standing still after this many of its periods without a write. */
export const periodsUntilLost = 3;
/** How long a directory may be without a lease before nobody is thought to be at work on it. */
const secondsUntilAbandoned = 10;

/** Takes in one look at the lease. A watcher that has just begun grants a still lease its full time. */
export function observeLease(before: LeaseObservation | null, lease: Lease | null, now: number): LeaseObservation {
  const write = lease ? `${lease.launch}:${lease.counter}` : null;
  return before && before.write === write ? before : { write, since: now };
}

export function deriveStatus(evidence: RunEvidence): RunStatus {
  const { lease, events, damaged } = evidence;
  if (damaged !== null) return { state: "damaged", sentence: damaged };
  const launch = Math.max(lease?.launch ?? 0, events.at(-1)?.launch ?? 0);
  const end = lastEnd(events);
  if (end?.launch === launch) return ended(end);
  if (lease && lease.launch === launch && isOwned(lease, evidence)) return live(lease);
  if (launch === 0 && !isStill(evidence, secondsUntilAbandoned)) return { state: "preparing", launch: 1 };
  // A launch that let go without a word of its own (interrupted before its first step) leaves the run as it was.
  if (lease?.state === "ended" && lease.launch === launch && !events.some((event) => event.launch === launch)) {
    return end ? ended(end) : { state: "stopped" };
  }
  return { state: "lost", lastStep: lastStep(evidence, launch) };
}

/** Whether a process works behind the lease. A pid alone proves nothing: it may have been given to another process. */
function isOwned(lease: Lease, evidence: RunEvidence): boolean {
  if (lease.state === "ended") return false;
  switch (evidence.process) {
    case "alive":
      return true;
    case "gone":
      return false;
    case "elsewhere":
    case "unknown":
      return !isStill(evidence, periodsUntilLost * lease.leaseSeconds);
    default:
      return evidence.process satisfies never;
  }
}

const isStill = ({ observation, now }: RunEvidence, seconds: number): boolean =>
  now - observation.since > 1000 * seconds;

function live({ launch, pid, state }: Lease): RunStatus {
  switch (state) {
    case "starting":
      return { state: "preparing", launch };
    case "running":
    case "pausing":
      return { state: "running", launch, pid };
    case "paused":
      return { state: "paused", launch, pid };
    case "stopping":
    case "ended":
      return { state: "stopping", launch, pid };
    default:
      return state satisfies never;
  }
}

type End = Extract<RunEvent, { type: "completed" | "stopped" | "nonFinite" | "failed" }>;

/** The last word of the latest launch that said one. A later `launched` of the same number does not occur. */
function lastEnd(events: readonly RunEvent[]): End | undefined {
  return events.findLast((event): event is End => isEnd(event));
}

const isEnd = ({ type }: RunEvent): boolean =>
  type === "completed" || type === "stopped" || type === "nonFinite" || type === "failed";

function ended(end: End): RunStatus {
  switch (end.type) {
    case "completed":
      return { state: "completed" };
    case "stopped":
      return { state: "stopped" };
    case "nonFinite":
      return { state: "nonFinite", step: end.step, tensor: end.tensor };
    case "failed":
      return { state: "failed", sentence: end.sentence, remedy: end.remedy };
    default:
      return end satisfies never;
  }
}

function lastStep({ lease, events }: RunEvidence, launch: number): number {
  const ofLaunch = events.filter((event) => event.launch === launch).map((event) => event.step);
  const leased = lease?.launch === launch ? lease.step : 0;
  return Math.max(leased, ...(ofLaunch.length > 0 ? ofLaunch : [events.at(-1)?.step ?? 0]));
}
