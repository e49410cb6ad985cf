/** Where in a schedule's text each planned stage stands. */
import type { ParsedSchedule } from "../../trainer/plan/schedule.ts";
import type { Plan } from "../../trainer/plan/plan.ts";
import type { Span } from "../../trainer/protocol/errors.ts";

export interface StageSpot {
  /** Index of the stage in the plan. */
  readonly stage: number;
  readonly span: Span;
}

/**
 * One spot per planned stage, in order. Stages written as one text ("6-8-10-12") share its span; a strategy without
 * stages stands at its kind; full-network warm-up at its own key.
 */
export function stageSpots(parsed: ParsedSchedule, plan: Plan): readonly StageSpot[] {
  if (!parsed.ok) return [];
  const { strategy } = parsed.value;
  const warmup = strategy.kind === "raptr" && strategy.warmupFullSteps > 0 ? 1 : 0;
  return plan.stages.flatMap(({ index }) => {
    const span =
      index < warmup
        ? parsed.locate(["strategy", "warmupFullSteps"])
        : (parsed.locate(["strategy", "stages", index - warmup]) ??
          parsed.locate(["strategy", "stages"]) ??
          parsed.locate(["strategy", "kind"]));
    return span ? [{ stage: index, span }] : [];
  });
}
