/** What a run is doing, derived from its directory; never stored. */

export type RunStatus =
  | { readonly state: "preparing"; readonly launch: number }
  | { readonly state: "running"; readonly launch: number; readonly pid: number }
  | { readonly state: "paused"; readonly launch: number; readonly pid: number }
  | { readonly state: "stopping"; readonly launch: number; readonly pid: number }
  /** Ended on request or by interrupt, with a checkpoint; can be resumed. */
  | { readonly state: "stopped" }
  | { readonly state: "completed" }
  | { readonly state: "nonFinite"; readonly step: number; readonly tensor: string }
  | { readonly state: "failed"; readonly sentence: string; readonly remedy: string }
  /** The lease stands still or its process is gone without a last word: killed, crashed, or the machine went down. */
  | { readonly state: "lost"; readonly lastStep: number }
  /** run.json cannot be read. */
  | { readonly state: "damaged"; readonly sentence: string };
