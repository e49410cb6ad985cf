/** The learning rate against the run and its stages. */
import { stageSteps } from "../stages.ts";
import { knownSteps } from "./known.ts";
import { plural, type Finding, type RuleInput } from "./rule.ts";
import { draftStages } from "./stageList.ts";

export function* learningRate(input: RuleInput): Iterable<Finding> {
  const { draft, isWritten } = input;
  const { warmupSteps, decay, restart } = draft.learningRate ?? {};
  if (decay === "constant" && isWritten(["learningRate", "final"])) {
    yield {
      severity: "warning",
      code: "no-effect",
      path: ["learningRate", "final"],
      sentence: '"final" has no effect: the learning rate does not decay.',
      remedy: 'Remove it, or set "decay" to "linear" or "cosine".',
    };
  }
  const steps = knownSteps(input);
  if (warmupSteps === undefined || steps === undefined) return;
  if (warmupSteps >= steps) {
    yield {
      code: "warmup-fills-run",
      path: ["learningRate", "warmupSteps"],
      sentence: `The learning rate would rise for ${plural(warmupSteps, "step")}, but the run has ${steps}: it never reaches its peak.`,
      remedy: `Write fewer than ${steps}.`,
    };
    return;
  }
  const short = shortStage(input, steps, warmupSteps, restart);
  if (short) {
    yield {
      severity: "warning",
      code: "warmup-over-stage",
      path: ["learningRate", "warmupSteps"],
      sentence: `The learning rate rises for ${plural(warmupSteps, "step")}, longer than ${short.label}, which has ${short.steps}.`,
      remedy: "Shorten the warm-up or lengthen the stage.",
    };
  }
}

/** The first stage that is over before a warm-up within it has ended: any when the rate restarts in each, else the first. */
function shortStage(
  input: RuleInput,
  steps: number,
  warmupSteps: number,
  restart: boolean | undefined,
): { readonly label: string; readonly steps: number } | undefined {
  const strategy = input.draft.strategy;
  const stages = draftStages(input);
  if (strategy?.kind !== "raptr" || !stages || restart === undefined) return undefined;
  const { warmupFullSteps, lengths, alpha } = strategy;
  if (warmupFullSteps === undefined || lengths === undefined || alpha === undefined) return undefined;
  const result = stageSteps(stages, { lengths, alpha }, steps - warmupFullSteps);
  if (!result.ok) return undefined;
  const all = stages.map((stage, index) => ({ label: stage.label, steps: result.steps[index] ?? 0 }));
  if (warmupFullSteps > 0) all.unshift({ label: "the full-network warm-up", steps: warmupFullSteps });
  return (restart ? all : all.slice(0, 1)).find((stage) => stage.steps < warmupSteps);
}
