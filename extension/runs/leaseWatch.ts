/** Watches one lease from look to look, and says what the run is doing. */
import { deriveStatus, observeLease, type LeaseObservation } from "../../trainer/protocol/runState.ts";
import type { RunEvent } from "../../trainer/protocol/events.ts";
import type { Lease } from "../../trainer/protocol/lease.ts";
import type { RunStatus } from "../../trainer/protocol/status.ts";
import { processState } from "./processIdentity.ts";

export interface Seen {
  readonly lease: Lease | null;
  readonly events: readonly RunEvent[];
  /** Why run.json cannot be read; null when it can, or is not there yet. */
  readonly damaged: string | null;
  /** Milliseconds of this machine's monotonic clock. */
  readonly now: number;
}

export class LeaseWatch {
  #observation: LeaseObservation | null = null;

  async status({ lease, events, damaged, now }: Seen): Promise<RunStatus> {
    const observation = observeLease(this.#observation, lease, now);
    this.#observation = observation;
    // An owner that has let go needs no process, and asking costs.
    const process = lease && lease.state !== "ended" ? await processState(lease) : "gone";
    return deriveStatus({ lease, events, damaged, process, observation, now });
  }
}
