/** The wire between the extension host and the reader thread. Plain data and typed arrays. */
import type { Plan } from "../../trainer/plan/plan.ts";
import type { RunEvent } from "../../trainer/protocol/events.ts";
import type { RunManifest } from "../../trainer/protocol/manifest.ts";
import type { EvaluationColumns, MetricColumns } from "../../trainer/protocol/metrics.ts";
import type { RunStatus } from "../../trainer/protocol/status.ts";
import type { RunFacts } from "./facts.ts";

export type ToReader =
  /** Which directories hold runs; replaces what was said before. */
  | { readonly type: "watch"; readonly roots: readonly string[]; readonly usePolling: boolean }
  /** Send everything about a run as `history`, then deltas until `unfollow`. */
  | { readonly type: "follow"; readonly directory: string }
  | { readonly type: "unfollow"; readonly directory: string }
  /** Look at everything again now; each is answered by one `refreshed`, in their order. */
  | { readonly type: "refresh" }
  | { readonly type: "close" };

export type FromReader =
  | { readonly type: "runs"; readonly changed: readonly RunFacts[]; readonly removed: readonly string[] }
  /** For those who wait for it; `anew`: also for those who have one, as the files were replaced. */
  | {
      readonly type: "history";
      readonly directory: string;
      readonly history: RunHistory | HistoryRefusal;
      readonly anew: boolean;
    }
  | { readonly type: "delta"; readonly directory: string; readonly delta: RunDelta }
  | { readonly type: "refreshed" }
  | { readonly type: "log"; readonly level: "info" | "warn" | "error"; readonly message: string };

/** Everything a view of one run needs. */
export interface RunHistory {
  readonly manifest: RunManifest;
  readonly plan: Plan;
  readonly status: RunStatus;
  readonly events: readonly RunEvent[];
  readonly metrics: MetricColumns;
  readonly evaluations: EvaluationColumns;
}

/** Why there is no history: run.json is missing or cannot be read. `later`: it may still come, and `history` with it. */
export interface HistoryRefusal {
  readonly refused: string;
  readonly later: boolean;
}

export interface RunDelta {
  readonly status?: RunStatus;
  readonly events?: readonly RunEvent[];
  readonly metrics?: MetricColumns;
  readonly evaluations?: EvaluationColumns;
}
