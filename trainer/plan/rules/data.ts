/** Globs that can match a file. */
import type { Finding, RuleInput } from "./rule.ts";

export function* data({ draft }: RuleInput): Iterable<Finding> {
  for (const [index, glob] of (draft.data?.files ?? []).entries()) {
    if (glob === undefined || glob.trim() !== "") continue;
    yield {
      code: "empty-glob",
      path: ["data", "files", index],
      sentence: "An empty glob matches no file.",
      remedy: 'Write a path relative to the schedule, such as "corpus/**/*.md", or remove it.',
    };
  }
}
