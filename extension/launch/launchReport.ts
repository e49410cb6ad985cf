/** Reads what a detached launch reported. */
import { ExpectedError, type ExitCode } from "../../trainer/protocol/errors.ts";
import { parseLaunchReply } from "../../trainer/protocol/launchReply.ts";
import { parseJson } from "../../trainer/protocol/readers.ts";
import type { Translate } from "../host/translate.ts";
import type { Ended } from "./trainerProcess.ts";

export interface Launched {
  /** Absolute path of the run directory. */
  readonly run: string;
  readonly pid: number;
}

/** Throws an ExpectedError that carries the trainer's own sentence and problems when nothing was launched. */
export function readLaunch({ code, stdout, stderr }: Ended, t: Translate): Launched {
  const reply = parseJson(stdout, parseLaunchReply);
  if (!reply.ok) {
    const said = stderr.trim().split("\n").at(-1) ?? "";
    throw new ExpectedError(
      "no-reply",
      `${t("The trainer ended with {0}.", code ?? t("a signal"))} ${said}`.trim(),
      t("See the log."),
      5,
    );
  }
  if (reply.value.outcome === "launched") return reply.value;
  const { sentence, remedy } = reply.value;
  throw new ExpectedError(reply.value.code, sentence, remedy, exitCode(code), reply.value.problems);
}

function exitCode(code: number | null): ExitCode {
  const known = ([0, 2, 3, 4, 5, 130] as const).find((each) => each === code);
  return known ?? 5;
}
