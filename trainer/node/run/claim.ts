/**
 * Takes a run for this process alone, in a race with any number of others and over network file systems.
 *
 * A launch is claimed by the exclusive creation of `launches/NNNN.json`, which names the process. Numbers only grow
 * and the newest claim is never removed, so nothing stale is ever broken and a name never means two claimants (no ABA).
 * Who finds the newest claim's process gone claims the next number. Creating and filling the file are two steps; a
 * claim found empty is waited for, then passed over, and both sides look again once theirs is written: at most one
 * of them stays, as in Dekker's algorithm.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, unlinkSync, writeSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Lease } from "../../protocol/lease.ts";
import { launchShape, type LaunchClaim } from "../../protocol/launch.ts";
import { parseJson } from "../../protocol/readers.ts";
import { parseValue } from "../../protocol/parse.ts";
import { launchesDirectory, launchFile } from "../../protocol/runDirectory.ts";
import { errorCode } from "./atomicFile.ts";
import { runInUse } from "../commandLine/failures.ts";
import { ownIdentity, processState } from "./processIdentity.ts";
import { readLease, readText } from "./runFiles.ts";

export const leaseSeconds = 1;
/** A lease of another host is lost when its counter stands still for more than this many of its periods. */
const periodsUntilLost = 3;
/** How long an empty claim may stay empty before its maker counts as gone. */
const emptyClaimSeconds = 2;

/** The number of this process's launch of `run`. Throws `runInUse` when another process holds the run. */
export async function claimLaunch(run: string): Promise<number> {
  mkdirSync(path.join(run, launchesDirectory), { recursive: true });
  for (;;) {
    const lease = readLease(run);
    if (lease !== null && (await isHeld(run, lease))) throw runInUse(run, describe(lease));
    const newest = newestClaim(run);
    const before = newest > (lease?.launch ?? 0) ? await readClaim(run, newest) : null;
    if (before !== null && (await isClaimHeld(run, before))) throw runInUse(run, describe(before));

    const launch = Math.max(newest, lease?.launch ?? 0) + 1;
    if (!createClaim(run, launch)) continue;
    const passedOver = before === null && newest > (lease?.launch ?? 0) ? readClaimNow(run, newest) : null;
    if (newestClaim(run) === launch && (passedOver === null || !(await isClaimHeld(run, passedOver)))) return launch;
    unlinkSync(path.join(run, launchFile(launch)));
    throw runInUse(run, "another trainer that started at the same moment");
  }
}

/** Whether a live process stands behind the lease; a foreign host's is watched for three of its periods. */
export async function isHeld(run: string, lease: Lease): Promise<boolean> {
  if (lease.state === "ended") return false;
  const state = processState(lease);
  if (state !== "elsewhere") return state === "alive";
  const deadline = performance.now() + periodsUntilLost * 1000 * lease.leaseSeconds;
  while (performance.now() < deadline) {
    await delay(200);
    const now = readLease(run);
    if (now === null || now.state === "ended") return false;
    if (now.counter !== lease.counter || now.launch !== lease.launch) return true;
  }
  return false;
}

/** A claim without its lease yet: on another host the lease is waited for. */
async function isClaimHeld(run: string, claim: LaunchClaim): Promise<boolean> {
  const state = processState(claim);
  if (state !== "elsewhere") return state === "alive";
  const deadline = performance.now() + periodsUntilLost * 1000 * leaseSeconds;
  while (performance.now() < deadline) {
    await delay(200);
    if ((readLease(run)?.launch ?? 0) >= claim.launch) return true;
  }
  return false;
}

/** The highest number that a launch has claimed; 0 before the first. */
export function newestClaim(run: string): number {
  const numbers = readdirSync(path.join(run, launchesDirectory)).map((name) => /^(\d{4,})\.json$/.exec(name)?.[1]);
  return Math.max(0, ...numbers.map((digits) => Number(digits ?? 0)));
}

/** False when somebody else was quicker. */
function createClaim(run: string, launch: number): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path.join(run, launchFile(launch)), "wx");
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
  try {
    const claim: LaunchClaim = { launch, ...ownIdentity(), time: new Date().toISOString() };
    writeSync(descriptor, JSON.stringify(claim, null, 2) + "\n");
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return true;
}

/** Null when the claim stays without content: its maker died between creating and filling it. */
async function readClaim(run: string, launch: number): Promise<LaunchClaim | null> {
  const deadline = performance.now() + emptyClaimSeconds * 1000;
  for (;;) {
    const claim = readClaimNow(run, launch);
    if (claim !== null || performance.now() > deadline) return claim;
    await delay(50);
  }
}

function readClaimNow(run: string, launch: number): LaunchClaim | null {
  const parsed = parseJson(readText(path.join(run, launchFile(launch))) ?? "", (value) =>
    parseValue(launchShape, value),
  );
  return parsed.ok ? parsed.value : null;
}

const describe = ({ pid, host }: Pick<Lease, "pid" | "host">): string => `process ${pid} on ${host}`;
