/** The stages of a draft, written as a text or as objects, in one form that remembers where each number stands. */
import type { Path } from "../../protocol/parse.ts";
import { stagesFromText } from "../stages.ts";
import type { Finding, RuleInput } from "./rule.ts";

export interface DraftStage {
  /** Average active layers; undefined while unknown. */
  readonly layers: number | undefined;
  readonly steps: number | undefined;
  readonly share: number | undefined;
  /** "stage 2": what sentences call it. */
  readonly label: string;
  /** Where its number of layers stands. */
  readonly at: Pick<Finding, "path" | "part">;
}

const stagesPath: Path = ["strategy", "stages"];

/** Undefined for other strategies, and while the list as a whole cannot be read. */
export function draftStages({ draft }: RuleInput): readonly DraftStage[] | undefined {
  const strategy = draft.strategy;
  if (strategy?.kind !== "raptr" || strategy.stages === undefined) return undefined;
  if (typeof strategy.stages === "string") return stagesOfText(strategy.stages);
  return strategy.stages.map((stage, index) => ({
    layers: stage?.layers,
    steps: stage?.steps,
    share: stage?.share,
    label: stage?.name === undefined ? `stage ${index + 1}` : `stage ${index + 1} (${stage.name})`,
    at: { path: [...stagesPath, index, "layers"] },
  }));
}

function stagesOfText(text: string): readonly DraftStage[] | undefined {
  const layers = stagesFromText(text);
  if (!layers) return undefined;
  let start = 0;
  return text.split("-").map((written, index) => {
    const part = { start: start + written.length - written.trimStart().length, length: written.trim().length };
    start += written.length + 1;
    const at = { path: stagesPath, part };
    return { layers: layers[index], steps: undefined, share: undefined, label: `stage ${index + 1}`, at };
  });
}
