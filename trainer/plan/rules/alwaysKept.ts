/** The list of always-kept layers: each a layer of the model, each once. */
import type { Finding, RuleInput } from "./rule.ts";

export function* alwaysKept({ draft }: RuleInput): Iterable<Finding> {
  const strategy = draft.strategy;
  if (strategy?.kind !== "raptr" && strategy?.kind !== "constant") return;
  const layers = draft.model?.layers;
  const seen = new Set<number>();
  for (const [index, layer] of (strategy.alwaysKept ?? []).entries()) {
    if (layer === undefined) continue;
    const path = ["strategy", "alwaysKept", index];
    if (layers !== undefined && layer > layers) {
      yield {
        code: "kept-beyond-model",
        path,
        sentence: `There is no layer ${layer}: the model has ${layers}, numbered from 1.`,
        remedy: `Write a number from 1 to ${layers}.`,
      };
    }
    if (seen.has(layer)) {
      yield { code: "kept-twice", path, sentence: `Layer ${layer} is listed twice.`, remedy: "Remove one of the two." };
    }
    seen.add(layer);
  }
}
