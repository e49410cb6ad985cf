/** The shares of predicted positions: replaced, random and unchanged ones make up the whole. */
import { figure, type Finding, type RuleInput } from "./rule.ts";

export function* objective({ draft }: RuleInput): Iterable<Finding> {
  const { replaceShare, randomShare } = draft.objective ?? {};
  if (replaceShare === undefined || randomShare === undefined) return;
  const together = replaceShare + randomShare;
  if (together > 1 + 1e-9) {
    yield {
      code: "shares-over-one",
      path: ["objective", "randomShare"],
      sentence: `"replaceShare" and "randomShare" make ${figure(together)} together, more than all predicted positions.`,
      remedy: `Lower one of them so that they make at most 1, e.g. "randomShare": ${figure(Math.max(0, 1 - replaceShare))}.`,
    };
  }
}
