/**
 * How many layers each stage runs: none more than there are, none fewer than always run, the last one all of them.
 *
 * Stages need not rise, but RAPTR's last stage is the full network by definition (arXiv 2402.05913): a run that never
 * trains what it evaluates is a mistake, not a variant. `constant` is there for whoever means it.
 */
import { knownKept } from "./known.ts";
import { figure, plural, type Finding, type RuleInput } from "./rule.ts";
import { draftStages, type DraftStage } from "./stageList.ts";

export function* stageDepth(input: RuleInput): Iterable<Finding> {
  const { strategy } = input.draft;
  if (strategy?.kind === "raptr" && typeof strategy.stages === "string" && !draftStages(input)) {
    yield {
      code: "stages-text",
      path: ["strategy", "stages"],
      sentence: "This text does not name stages.",
      remedy: 'Write average numbers of active layers joined by "-", e.g. "6-8-10-12".',
    };
  }
  const stages = draftStages(input);
  if (stages) {
    for (const stage of stages) yield* depth(input, stage);
    yield* endsFull(input, stages);
  }
  if (strategy?.kind === "constant") {
    const at = { path: ["strategy", "layers"] };
    yield* depth(input, { label: "the strategy", layers: strategy.layers, steps: undefined, share: undefined, at });
  }
}

function* depth(input: RuleInput, { layers: mean, label, at }: DraftStage): Iterable<Finding> {
  const { draft } = input;
  const layers = draft.model?.layers;
  if (mean === undefined || layers === undefined) return;
  const who = `${label.charAt(0).toUpperCase()}${label.slice(1)}`;
  if (mean > layers) {
    yield {
      ...at,
      code: "stage-too-deep",
      sentence: `${who} runs ${plural(mean, "layer")} on average, but the model has ${layers}.`,
      remedy: `Write at most ${layers}, or set "layers" of the model to ${Math.ceil(mean)}.`,
    };
    return;
  }
  const kept = knownKept(input);
  const sampling = draft.strategy && "sampling" in draft.strategy ? draft.strategy.sampling : undefined;
  if (kept !== undefined && mean < kept) {
    const lowered = Math.floor(mean) >= 1 ? `, or list ${plural(Math.floor(mean), "layer")} in "alwaysKept"` : "";
    yield {
      ...at,
      code: "stage-too-shallow",
      sentence: `${who} runs ${plural(mean, "layer")} on average, but ${kept} always run.`,
      remedy: `Write at least ${kept}${lowered}.`,
    };
  } else if (sampling === "fixedSize" && !Number.isInteger(mean)) {
    yield {
      ...at,
      code: "fixed-size-not-whole",
      sentence: `${who} runs ${figure(mean)} layers, but subnetworks of a fixed size have a whole number of them.`,
      remedy: `Write ${Math.floor(mean)} or ${Math.ceil(mean)}, or set "sampling" to "bernoulli".`,
    };
  } else if (kept !== undefined && mean === kept && kept < layers) {
    yield {
      ...at,
      severity: "warning",
      code: "only-kept-layers",
      sentence: `${who} runs the ${kept} always-kept layers only: the other ${layers - kept} do not train in it.`,
      remedy: `Write more than ${kept} to let them take part.`,
    };
  }
}

function* endsFull({ draft }: RuleInput, stages: readonly DraftStage[]): Iterable<Finding> {
  const layers = draft.model?.layers;
  const last = stages.at(-1);
  if (layers === undefined || last?.layers === undefined || last.layers >= layers) return;
  const shrink = Number.isInteger(last.layers) ? `, or set "layers" of the model to ${last.layers}` : "";
  yield {
    ...last.at,
    code: "last-stage-not-full",
    sentence: `The stages end at ${figure(last.layers)} of ${layers} layers, so the full network would never train.`,
    remedy: `Add a last stage with ${layers}${shrink}.`,
  };
}
