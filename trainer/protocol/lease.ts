/** `lease.json`: replaced whole by the trainer once every `leaseSeconds`; says that a process owns the run. */

export interface Lease {
  readonly launch: number;
  readonly pid: number;
  /** The process's start as the system tells it (Linux: clock ticks since boot), so that a recycled pid is not mistaken. */
  readonly processStart: string;
  readonly host: string;
  readonly bootId: string;
  /** Grows with each write. "Lost" means that it stands still; no clocks are compared. */
  readonly counter: number;
  readonly leaseSeconds: number;
  readonly state: "starting" | "running" | "pausing" | "paused" | "stopping" | "ended";
  /** Optimizer steps completed. */
  readonly step: number;
}
