/** Expected failures and problems in documents: data, not control flow. One constructor per failure; `exitCode` says how the command line ends. */

/** A place in a text: 0-based offset and length; line and column count from 1. */
export interface Span {
  readonly offset: number;
  readonly length: number;
  readonly line: number;
  readonly column: number;
}

/** One thing wrong with a document: where, what, and what to do about it. */
export interface Problem {
  readonly severity: "error" | "warning";
  /** Stable id such as "unknown-key": what quick fixes and tests hold on to. */
  readonly code: string;
  /** Path of keys and indices, e.g. ["strategy", "stages", 2, "layers"]. */
  readonly path: readonly (string | number)[];
  /** Null when the document has no text (a value that came as JSON). */
  readonly span: Span | null;
  readonly sentence: string;
  readonly remedy: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** 0 done, 2 input wrong, 3 no such engine here, 4 non-finite, 5 run directory in use or damaged, 130 interrupted after a checkpoint. */
export type ExitCode = 0 | 2 | 3 | 4 | 5 | 130;

/** A failure that people can do something about. Thrown; one place turns it into UI, one into an exit code. */
export class ExpectedError extends Error {
  readonly code: string;
  readonly sentence: string;
  readonly remedy: string;
  readonly exitCode: ExitCode;
  readonly problems: readonly Problem[];

  constructor(code: string, sentence: string, remedy: string, exitCode: ExitCode, problems: readonly Problem[] = []) {
    super(`${sentence} ${remedy}`);
    this.name = "ExpectedError";
    this.code = code;
    this.sentence = sentence;
    this.remedy = remedy;
    this.exitCode = exitCode;
    this.problems = problems;
  }
}
