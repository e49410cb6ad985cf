/** Every failure of the command line that people can do something about, one constructor each. */
import { ExpectedError, type Problem } from "../../protocol/errors.ts";
import { errorCode } from "../run/atomicFile.ts";

export const usage = (sentence: string, remedy: string) => new ExpectedError("usage", sentence, remedy, 2);

/** A schedule that cannot be run; each problem has its place in `file`. */
export class DocumentError extends ExpectedError {
  readonly file: string;

  constructor(file: string, problems: readonly Problem[]) {
    super("schedule-wrong", `${file} cannot be run as it stands.`, "Mend the places named.", 2, problems);
    this.name = "DocumentError";
    this.file = file;
  }
}

export const unreadableFile = (file: string, error: unknown) =>
  new ExpectedError("unreadable-file", `${file} cannot be read (${reason(error)}).`, "Give the path of a schedule.", 2);

export const noSuchRun = (run: string) =>
  new ExpectedError(
    "no-such-run",
    `There is no run "${run}" here or in runs/.`,
    "Give a run directory, or the id of one in runs/.",
    2,
  );

export const directoryNotEmpty = (directory: string) =>
  new ExpectedError(
    "directory-not-empty",
    `${directory} is not empty.`,
    "Name another directory, or go on with the run in it by `raptr resume`.",
    5,
  );

export const runInUse = (run: string, holder: string) =>
  new ExpectedError(
    "run-in-use",
    `${run} is in use by ${holder}.`,
    "Stop that trainer first: `raptr control RUN stop-now`.",
    5,
  );

export const runTakenOver = (run: string, launch: number) =>
  new ExpectedError(
    "run-taken-over",
    `Launch ${launch} has taken ${run} over while this one did not answer.`,
    "Nothing is lost: the other one trains on.",
    5,
  );

export const runDamaged = (file: string, sentence: string) =>
  new ExpectedError(
    "run-damaged",
    `${file}: ${sentence}`,
    "Restore the file from a copy, or start a new run from the schedule.",
    5,
  );

export const runNeverBegan = (run: string) =>
  new ExpectedError(
    "run-never-began",
    `${run} ended while its data was prepared and holds nothing to resume.`,
    "Train the schedule again; what is prepared is cached.",
    5,
  );

export const alreadyCompleted = (run: string) =>
  new ExpectedError(
    "already-completed",
    `${run} is completed; there is nothing left to train.`,
    "Look at it with `raptr inspect`, or export it.",
    2,
  );

export const noGoodCheckpoint = (run: string) =>
  new ExpectedError(
    "no-good-checkpoint",
    `${run} has no checkpoint that is whole.`,
    "Name another run, or resume this one from its start.",
    5,
  );

export const noSuchCheckpoint = (name: string, known: readonly string[]) =>
  new ExpectedError(
    "no-such-checkpoint",
    `There is no checkpoint "${name}".`,
    known.length > 0 ? `There are ${known.join(", ")}.` : "The run has saved none.",
    2,
  );

export const checkpointCorrupt = (name: string, sentence: string) =>
  new ExpectedError(
    "checkpoint-corrupt",
    `Checkpoint ${name} is damaged: ${sentence}`,
    "Name another one; `raptr inspect RUN` lists them.",
    5,
  );

export const inexactResume = (differences: readonly string[]) =>
  new ExpectedError(
    "inexact-resume",
    `The losses would not be bit for bit those of an uninterrupted run: ${differences.join("; ")}.`,
    "Add --allow-inexact to go on all the same.",
    2,
  );

export const diskFull = (file: string) =>
  new ExpectedError(
    "disk-full",
    `The disk that holds ${file} is full.`,
    "Free space and resume the run; its last good checkpoint is untouched.",
    5,
  );

export const notRunning = (run: string) =>
  new ExpectedError(
    "not-running",
    `No trainer is running in ${run}.`,
    "Start one with `raptr resume`, or look with `raptr inspect`.",
    2,
  );

export const noAnswer = (run: string, seconds: number) =>
  new ExpectedError(
    "no-answer",
    `The trainer of ${run} did not answer within ${seconds} s; the request is withdrawn.`,
    "It may be in a long step or suspended; look at its log, then ask again or give a longer --timeout.",
    5,
  );

export const launchFailed = (log: string, ending: string) =>
  new ExpectedError("launch-failed", `The trainer ended before it began (${ending}).`, `Its log: ${log}.`, 5);

export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  return code === "ENOSPC" || code === "EDQUOT";
}

/** The system's failures that people can mend, said as such; anything else as it came. */
export const asExpected = (error: unknown, file: string): unknown => (isDiskFull(error) ? diskFull(file) : error);

const unusable: Readonly<Record<string, string>> = {
  EEXIST: "a file stands in the way",
  ENOTDIR: "part of the path is a file, not a directory",
  EISDIR: "it is a directory",
  EACCES: "permission is denied",
  EPERM: "the system does not permit it",
  EROFS: "the file system is read-only",
  ENAMETOOLONG: "the name is too long",
};

/** A path that the system refuses, said as such; anything else as it came. */
export function asUnusablePath(error: unknown): unknown {
  const why = unusable[errorCode(error) ?? ""];
  const file = error instanceof Error && "path" in error && typeof error.path === "string" ? error.path : null;
  if (why === undefined || file === null) return error;
  return new ExpectedError("unusable-path", `${file} cannot be used: ${why}.`, "Name another place, or mend it.", 2);
}

function reason(error: unknown): string {
  return errorCode(error) ?? (error instanceof Error ? error.message : String(error));
}
