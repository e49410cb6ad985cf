/** Runs one command of the trainer's command line to its end. Training itself happens in a process that it leaves behind. */
import { spawn } from "node:child_process";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import type { Translate } from "../host/translate.ts";
import type { Command } from "./commandLine.ts";
import { trainerEnvironment } from "./environment.ts";

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `onLine` hears each line of stderr as it comes. Throws an ExpectedError when the process cannot start. */
export async function runTrainer(command: Command, onLine: (line: string) => void, t: Translate): Promise<Ended> {
  const { program, args, cwd, env } = command;
  const child = spawn(program, args, {
    cwd,
    env: trainerEnvironment(env),
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  let [stdout, stderr, shown] = ["", "", 0];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    for (let end = stderr.indexOf("\n", shown); end >= 0; end = stderr.indexOf("\n", shown)) {
      onLine(stderr.slice(shown, end));
      shown = end + 1;
    }
  });
  return new Promise((resolve, reject) => {
    child.on("error", (error) =>
      reject(
        new ExpectedError("no-start", t("{0} does not start ({1}).", program, error.message), t("See the log."), 3),
      ),
    );
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
