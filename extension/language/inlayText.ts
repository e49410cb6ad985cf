/** What a schedule comes to, in the few words of an inlay hint. */
import type { Schedule } from "../../trainer/protocol/config.ts";
import type { Plan, PlannedStage } from "../../trainer/plan/plan.ts";
import { compact, count, scientific } from "../host/format.ts";
import type { Translate } from "../host/translate.ts";

/** "steps 5 000 - 9 999 · keep 0.60 · lr 9.1e-4 at entry". */
export function stageHint(stage: PlannedStage, t: Translate): string {
  return [
    t("steps {0} - {1}", count(stage.firstStep), count(stage.lastStep)),
    t("keep {0}", stage.keepProbability.toFixed(2)),
    t("lr {0} at entry", scientific(stage.learningRateAtEntry)),
  ].join(" · ");
}

export interface Hint {
  /** The value that the hint stands behind. */
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** Hints besides the stages'. */
export function planHints(schedule: Schedule, plan: Plan, t: Translate): readonly Hint[] {
  const whole: Hint =
    schedule.steps !== undefined
      ? { path: ["steps"], text: t("{0} tokens", compact(plan.tokens)) }
      : { path: ["tokens"], text: t("{0} steps", count(plan.steps)) };
  const hints: Hint[] = [
    { path: ["model", "kind"], text: t("{0} parameters", compact(plan.parameters)) },
    { path: ["batch", "length"], text: t("{0} tokens a step", count(plan.tokensPerStep)) },
    whole,
  ];
  if (schedule.strategy.kind !== "full") {
    const { relative, speedUp } = plan.layerFlops;
    const text = t(
      "{0} of the layer FLOPs, {1}x; whole model {2}x",
      relative.toFixed(3),
      speedUp.toFixed(2),
      plan.modelFlops.speedUp.toFixed(2),
    );
    hints.push({ path: ["strategy", "kind"], text });
  }
  return hints;
}
