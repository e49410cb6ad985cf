/** Watches one lease from look to look, and says what the run is doing. */
import {
  deriveStatus,
  observeLease,
  type LeaseObservation,
  type OwnerProcess,
} from "../../trainer/protocol/runState.ts";
import type { RunEvent } from "../../trainer/protocol/events.ts";
import type { Lease } from "../../trainer/protocol/lease.ts";
import type { RunStatus } from "../../trainer/protocol/status.ts";
import { asksByCommand, processState } from "./processIdentity.ts";

export interface Seen {
  readonly lease: Lease | null;
  readonly events: readonly RunEvent[];
  /** Why run.json cannot be read; null when it can, or is not there yet. */
  readonly damaged: string | null;
  /** Milliseconds of this machine's monotonic clock. */
  readonly now: number;
}

/** A lease that was written within this many of its periods moves. */
const periodsOfMoving = 2;

/**
 * A run is looked at several times a second. Where each question starts a command (`ps`, PowerShell), it is asked at
 * first and once the lease stands still: in between, who writes the lease is who was found alive.
 */
export class LeaseWatch {
  readonly #ask: typeof processState;
  readonly #costly: boolean;
  #observation: LeaseObservation | null = null;
  /** The launch whose process was found alive last. */
  #alive: number | null = null;

  constructor(ask = processState, costly = asksByCommand(process.platform)) {
    this.#ask = ask;
    this.#costly = costly;
  }

  async status({ lease, events, damaged, now }: Seen): Promise<RunStatus> {
    const observation = observeLease(this.#observation, lease, now);
    this.#observation = observation;
    // An owner that has let go needs no process, and asking costs.
    const process = lease && lease.state !== "ended" ? await this.#owner(lease, now - observation.since) : "gone";
    return deriveStatus({ lease, events, damaged, process, observation, now });
  }

  async #owner(lease: Lease, stillMilliseconds: number): Promise<OwnerProcess> {
    const moves = stillMilliseconds < 1000 * periodsOfMoving * lease.leaseSeconds;
    if (this.#costly && this.#alive === lease.launch && moves) return "alive";
    const owner = await this.#ask(lease);
    this.#alive = owner === "alive" ? lease.launch : null;
    return owner;
  }
}
