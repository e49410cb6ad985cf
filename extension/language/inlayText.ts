/** What a schedule comes to, in the few words of an inlay hint. */
import type { Schedule } from "../../trainer/protocol/config.ts";
import type { Plan, PlannedStage } from "../../trainer/plan/plan.ts";
import { compact, count, scientific } from "../host/format.ts";
import type { Translate } from "../host/translate.ts";

/** VS Code cuts off what is longer (`editor.inlayHints.maximumLength`), so hints are short and their tooltips say all. */
export interface HintText {
  readonly text: string;
  readonly tooltip: string;
}

/** "5 000 - 9 999 · keep 0.60 · lr 9.1e-4". */
export function stageHint(stage: PlannedStage, t: Translate): HintText {
  const [first, last] = [count(stage.firstStep), count(stage.lastStep)];
  const [keep, rate] = [stage.keepProbability.toFixed(2), scientific(stage.learningRateAtEntry)];
  return {
    text: `${first} - ${last} · ${t("keep {0}", keep)} · ${t("lr {0}", rate)}`,
    tooltip: t(
      "{0}: steps {1} to {2}. Layers that are not always kept run with probability {3}. Learning rate at entry: {4}.",
      stage.name,
      first,
      last,
      keep,
      rate,
    ),
  };
}

export interface Hint extends HintText {
  /** The value that the hint is about. */
  readonly path: readonly (string | number)[];
}

/** Hints besides the stages'. */
export function planHints(schedule: Schedule, plan: Plan, t: Translate): readonly Hint[] {
  const hint = (path: Hint["path"], text: string, tooltip: string): Hint => ({ path, text, tooltip });
  const hints: Hint[] = [
    hint(["model", "kind"], t("{0} parameters", compact(plan.parameters)), t("{0} parameters", count(plan.parameters))),
    hint(
      ["batch", "length"],
      t("{0} tokens a step", count(plan.tokensPerStep)),
      t("{0} tokens in each optimizer step", count(plan.tokensPerStep)),
    ),
    schedule.steps !== undefined
      ? hint(["steps"], t("{0} tokens", compact(plan.tokens)), t("{0} tokens in all", count(plan.tokens)))
      : hint(["tokens"], t("{0} steps", count(plan.steps)), t("{0} optimizer steps in all", count(plan.steps))),
  ];
  if (schedule.strategy.kind !== "full") {
    const { layerFlops, modelFlops } = plan;
    const text = t("{0} of layer FLOPs, {1}x", layerFlops.relative.toFixed(3), layerFlops.speedUp.toFixed(2));
    const tooltip = t(
      "Planned against full training over the same steps: {0} of the layers' FLOPs ({1}x faster), {2} of the whole model's ({3}x).",
      layerFlops.relative.toFixed(3),
      layerFlops.speedUp.toFixed(2),
      modelFlops.relative.toFixed(3),
      modelFlops.speedUp.toFixed(2),
    );
    hints.push(hint(["strategy", "kind"], text, tooltip));
  }
  return hints;
}
