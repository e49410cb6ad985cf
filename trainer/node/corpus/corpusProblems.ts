/** What can be wrong with a corpus, in sentences, at the schedule's paths. */
import type { PreparedFacts } from "../../data/prepare.ts";
import type { Schedule } from "../../protocol/config.ts";
import { ExpectedError, type Problem } from "../../protocol/errors.ts";

/** Ends the command line with exit code 2. */
export function dataError(problems: readonly [Problem, ...Problem[]]): ExpectedError {
  return new ExpectedError(problems[0].code, problems[0].sentence, problems[0].remedy, 2, problems);
}

export const noMatch = (pattern: string, index: number, directory: string): Problem => ({
  severity: "error",
  code: "no-files",
  path: ["data", "files", index],
  span: null,
  sentence: `"${pattern}" matches no file in ${directory}.`,
  remedy: "Globs are relative to the schedule's folder; mend the pattern or put the text there.",
});

export const corpusChanged = (name: string): ExpectedError =>
  dataError([
    problem(
      ["data", "files"],
      "corpus-changed",
      `${name} changed while it was read.`,
      "Start again once nothing writes to it.",
    ),
  ]);

/** Throws when the rows do not suffice for one training batch and one evaluation row. */
export function checkRows(
  { facts, warnings }: { readonly facts: PreparedFacts; readonly warnings: readonly Problem[] },
  schedule: Schedule,
): void {
  const { size, length } = schedule.batch;
  if (facts.documents === 0) {
    const none = problem(
      ["data", "files"],
      "no-text",
      "The files hold no text.",
      `Name files with text in them; a JSONL line holds it in "${schedule.data.textField}" (\`textField\`).`,
    );
    throw dataError([none, ...warnings]);
  }
  const problems: Problem[] = [];
  if (facts.trainRows < size) {
    problems.push(
      problem(
        ["data", "files"],
        "too-little-text",
        `The training text fills ${facts.trainRows} rows of ${length} tokens; one batch needs ${size}.`,
        "Add text, or lower `batch.size` or `batch.length`.",
      ),
    );
  }
  if (facts.evaluationRows === 0) {
    problems.push(
      problem(
        ["data", "evaluationShare"],
        "no-evaluation-text",
        `No row of ${length} tokens is left for evaluation: ${schedule.data.evaluationShare} of ${facts.documents} ${facts.documents === 1 ? "document" : "documents"} is too little text.`,
        "Raise `data.evaluationShare`, add documents, or lower `batch.length`; a file is one document, a JSONL line too.",
      ),
    );
  }
  const [first, ...rest] = problems;
  if (first) throw dataError([first, ...rest, ...warnings]);
}

/** Lines of JSONL files that were passed over. */
export function badLineWarnings(
  lines: readonly { readonly glob: number; readonly sentence: string }[],
  count: number,
): readonly Problem[] {
  const remedy = "The line is passed over; mend it, or name its field in `data.textField`.";
  const told = lines.map(({ glob, sentence }) =>
    problem(["data", "files", glob], "bad-line", sentence, remedy, "warning"),
  );
  if (count === lines.length) return told;
  const more = `${count - lines.length} more lines of JSONL files hold no document.`;
  return [...told, problem(["data", "files"], "bad-lines", more, remedy, "warning")];
}

const problem = (
  path: Problem["path"],
  code: string,
  sentence: string,
  remedy: string,
  severity: Problem["severity"] = "error",
): Problem => ({ severity, code, path, span: null, sentence, remedy });
