/**
 * The wire between the extension and the run view. The view says `ready`, gets `hydrate` with everything, then deltas.
 * String-literal types, plain data and typed arrays only.
 */
import type { Plan } from "../../trainer/plan/plan.ts";
import type { RunEvent } from "../../trainer/protocol/events.ts";
import type { RunManifest } from "../../trainer/protocol/manifest.ts";
import type { EvaluationColumns, MetricColumns } from "../../trainer/protocol/metrics.ts";
import type { RunStatus } from "../../trainer/protocol/status.ts";

export type ToRunView =
  | {
      readonly type: "hydrate";
      readonly manifest: RunManifest;
      readonly plan: Plan;
      readonly status: RunStatus;
      readonly events: readonly RunEvent[];
      /** Rows of all launches so far, later launches superseding recomputed steps. */
      readonly metrics: MetricColumns;
      readonly evaluations: EvaluationColumns;
    }
  | {
      readonly type: "delta";
      readonly status?: RunStatus;
      readonly events?: readonly RunEvent[];
      /** New rows; a row whose step is already shown replaces it and all later rows (a resume went back). */
      readonly metrics?: MetricColumns;
      readonly evaluations?: EvaluationColumns;
    }
  /** The answer to a `command`, by its id. */
  | {
      readonly type: "settled";
      readonly id: number;
      readonly error?: { readonly sentence: string; readonly remedy: string };
    }
  | { readonly type: "failed"; readonly sentence: string; readonly remedy: string };

export type RunViewCommand = "pause" | "resume" | "checkpoint" | "stop" | "openSchedule" | "showLog";

export type FromRunView =
  { readonly type: "ready" } | { readonly type: "command"; readonly id: number; readonly command: RunViewCommand };
