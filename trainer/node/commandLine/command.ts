/** What a command of the command line is. */
import type { ExitCode } from "../../protocol/errors.ts";

export interface CommandOption {
  readonly name: string;
  /** What stands for the value in the help ("DIR"); null for a flag. */
  readonly value: string | null;
  /** The value is a whole number of at least 1. */
  readonly count?: true;
  readonly doc: string;
}

export interface Command {
  readonly name: string;
  /** One line, for the overview. */
  readonly summary: string;
  /** Names of the arguments, in order; all are required. */
  readonly operands: readonly string[];
  readonly options: readonly CommandOption[];
  /** More for `--help`: sentences. */
  readonly details?: readonly string[];
  run(given: GivenOptions): Promise<ExitCode>;
}

/** What was given, already held against the command's declaration. */
export interface GivenOptions {
  readonly operands: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  count(name: string): number | undefined;
}
