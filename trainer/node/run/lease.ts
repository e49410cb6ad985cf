/** Keeps this launch's lease: rewritten whole every `leaseSeconds` and at each change of state, from a timer. */
import path from "node:path";
import type { Lease } from "../../protocol/lease.ts";
import { leaseFile } from "../../protocol/runDirectory.ts";
import { errorCode, replaceFile } from "./atomicFile.ts";
import { leaseSeconds } from "./claim.ts";
import { diskFull, isDiskFull } from "../commandLine/failures.ts";
import { complain } from "../commandLine/output.ts";
import { ownIdentity } from "./processIdentity.ts";
import { readLease } from "./runFiles.ts";

export class LeaseKeeper {
  readonly #file: string;
  readonly #run: string;
  readonly #launch: number;
  readonly #onTakenOver: (launch: number) => void;
  readonly #timer: NodeJS.Timeout;
  #state: Lease["state"] = "starting";
  #step: number;
  #counter = 0;
  #failed = false;

  /** Writes the first lease at once. `onTakenOver` hears of a newer launch's lease; this one writes no more then. */
  constructor(run: string, launch: number, onTakenOver: (launch: number) => void) {
    const before = readLease(run);
    this.#run = run;
    this.#file = path.join(run, leaseFile);
    this.#launch = launch;
    this.#onTakenOver = onTakenOver;
    this.#step = before?.step ?? 0;
    this.#counter = before?.counter ?? 0;
    this.#replace();
    this.#timer = setInterval(() => this.#write(), leaseSeconds * 1000);
  }

  get step(): number {
    return this.#step;
  }

  /** What the loop does; reaches the file at once when the state changes, else with the next tick of the timer. */
  update(state: Lease["state"], step: number): void {
    const changed = state !== this.#state;
    this.#state = state;
    this.#step = step;
    if (changed) this.#write();
  }

  /** The last write: lets go of the run. */
  end(): void {
    clearInterval(this.#timer);
    this.#state = "ended";
    this.#write();
  }

  /** A file system that fails for a moment must not end the training: meanwhile this host still finds the process alive. */
  #write(): void {
    try {
      this.#replace();
      this.#failed = false;
    } catch (error) {
      const code = errorCode(error);
      if (code === null) throw error;
      const why = isDiskFull(error) ? diskFull(this.#file).message : `${code}.`;
      if (!this.#failed) complain(`The lease cannot be written: ${why}`);
      this.#failed = true;
    }
  }

  #replace(): void {
    const found = readLease(this.#run);
    if (found !== null && found.launch > this.#launch) {
      clearInterval(this.#timer);
      this.#onTakenOver(found.launch);
      return;
    }
    this.#counter++;
    const lease: Lease = {
      launch: this.#launch,
      ...ownIdentity(),
      counter: this.#counter,
      leaseSeconds,
      state: this.#state,
      step: this.#step,
    };
    replaceFile(this.#file, JSON.stringify(lease, null, 2) + "\n");
  }
}
