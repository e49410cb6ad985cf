/** How long each stage is: the stages fill the run exactly, none is empty, and no option stands there without effect. */
import { maximumStages, stageSteps, type StageSteps } from "../stages.ts";
import { knownSteps } from "./known.ts";
import { figure, plural, type Finding, type RuleInput } from "./rule.ts";
import { draftStages } from "./stageList.ts";

export function* stageLength(input: RuleInput): Iterable<Finding> {
  const { draft, isWritten } = input;
  if (draft.strategy?.kind !== "raptr") return;
  const { warmupFullSteps, lengths, alpha } = draft.strategy;

  const total = knownSteps(input);
  const warmupFills = total !== undefined && warmupFullSteps !== undefined && warmupFullSteps >= total;
  if (warmupFills) {
    yield {
      code: "warmup-fills-run",
      path: ["strategy", "warmupFullSteps"],
      sentence: `The full-network warm-up takes ${plural(warmupFullSteps, "step")}, which leaves none of ${total} to the stages.`,
      remedy: `Write fewer than ${total}.`,
    };
  }
  const stages = draftStages(input);
  if (!stages) return;
  if (stages.length > maximumStages) {
    yield {
      code: "too-many-stages",
      path: ["strategy", "stages"],
      sentence: `There are ${stages.length} stages; at most ${maximumStages} are possible.`,
      remedy: "Join some of them.",
    };
    return;
  }
  const written = stages.map((_, index) => ({
    steps: isWritten(["strategy", "stages", index, "steps"]),
    share: isWritten(["strategy", "stages", index, "share"]),
  }));
  const open = written.some((stage) => !stage.steps && !stage.share);
  yield* withoutEffect(input, open);

  const unknown = stages.some(
    (stage, index) =>
      (written[index]?.steps && stage.steps === undefined) || (written[index]?.share && stage.share === undefined),
  );
  if (total === undefined || warmupFullSteps === undefined || warmupFills || unknown) return;
  if (open && (lengths === undefined || alpha === undefined)) return;
  const available = total - warmupFullSteps;
  const result = stageSteps(stages, { lengths: lengths ?? "equal", alpha: alpha ?? 1 }, available);
  if (!result.ok) yield misfit(result, available, warmupFullSteps);
}

function misfit(result: Extract<StageSteps, { ok: false }>, available: number, warmup: number): Finding {
  const stages = ["strategy", "stages"];
  const run = warmup > 0 ? `the run has ${available} after its warm-up` : `the run has ${available}`;
  switch (result.reason) {
    case "mixed":
      return {
        code: "steps-and-shares",
        path: [...stages, result.stage, "share"],
        sentence: "Some stages give their length in steps, this one as a share.",
        remedy: 'Write "steps" in all of them, or "share" in all of them.',
      };
    case "overrun":
    case "gap": {
      const over = result.reason === "overrun";
      const code = over ? "stages-overrun" : "stages-gap";
      if (result.unit === "share") {
        const sentence = `The stages' shares make ${figure(result.given)} of the run instead of 1.`;
        const remedy = `${over ? "Lower" : "Raise"} them by ${figure(Math.abs(result.given - 1))} together.`;
        return { code, path: stages, sentence, remedy };
      }
      const difference = plural(Math.abs(result.given - result.available), "step");
      const sentence = `The stages take ${plural(result.given, "step")}, but ${run}.`;
      const remedy = over
        ? `Take ${difference} away from them.`
        : `Give them ${difference} more, or leave out the "steps" of one stage: it then takes the rest.`;
      return { code, path: stages, sentence, remedy };
    }
    case "empty":
      return {
        code: "stage-empty",
        path: [...stages, result.stage],
        sentence: `Stage ${result.stage + 1} comes to no step: ${run} for all stages.`,
        remedy: "Give it a larger part, or train longer.",
      };
  }
  result satisfies never;
}

function* withoutEffect({ draft, isWritten }: RuleInput, open: boolean): Iterable<Finding> {
  if (draft.strategy?.kind !== "raptr") return;
  const { lengths } = draft.strategy;
  const warning = { severity: "warning", code: "no-effect" } as const;
  if (!open && isWritten(["strategy", "lengths"])) {
    yield {
      ...warning,
      path: ["strategy", "lengths"],
      sentence: '"lengths" has no effect: every stage says its own length.',
      remedy: "Remove it.",
    };
  }
  if (isWritten(["strategy", "alpha"]) && (!open || lengths === "equal")) {
    yield {
      ...warning,
      path: ["strategy", "alpha"],
      sentence: '"alpha" has no effect: no stage has a proportional length.',
      remedy: 'Remove it, or set "lengths" to "proportional".',
    };
  }
}
