/** Starts a trainer that outlives this process, and waits until it holds its run or has failed. */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync } from "node:fs";
import path from "node:path";
import { ExpectedError, type ExitCode } from "../../protocol/errors.ts";
import { parseLaunchReply, type LaunchReply } from "../../protocol/launchReply.ts";
import { logFile, logsDirectory } from "../../protocol/runDirectory.ts";
import { asUnusablePath, DocumentError, launchFailed } from "../commandLine/failures.ts";
import { complain, complainAbout, say } from "../commandLine/output.ts";

export interface DetachedLaunch {
  readonly run: string;
  /** The launch that it will most likely be; its log gets the process's own stdout and stderr. */
  readonly launch: number;
  /** Arguments of `raptr`, without `--detach` and `--json`. */
  readonly args: readonly string[];
  readonly json: boolean;
  /** Whether a failed launch leaves nothing worth keeping in `run`. */
  readonly fresh: boolean;
}

export async function launchDetached({ run, launch, args, json, fresh }: DetachedLaunch): Promise<ExitCode> {
  mkdirSync(path.join(run, logsDirectory), { recursive: true });
  const log = path.join(run, logFile(launch));
  const output = openSync(log, "a");
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? "", ...args], {
    detached: true,
    windowsHide: true,
    stdio: ["ignore", output, output, "ipc"],
  });
  closeSync(output);
  const { reply, exitCode } = await outcome(child, log);
  child.disconnect();
  child.unref();
  if (reply.outcome === "failed" && fresh) rmSync(run, { recursive: true, force: true });
  if (json) say(JSON.stringify(reply));
  else tell(reply, log);
  return exitCode;
}

/** With `json`, failures of `body` are said as the reply says them, on stdout. */
export async function replying(json: boolean, body: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await body();
  } catch (failure) {
    const error = asUnusablePath(failure);
    if (!json || !(error instanceof ExpectedError)) throw error;
    say(JSON.stringify(failedReply(error)));
    return error.exitCode;
  }
}

/** A failure as the reply says it. */
export function failedReply(error: ExpectedError): Extract<LaunchReply, { outcome: "failed" }> {
  const { code, sentence, remedy } = error;
  const [file, problems] = error instanceof DocumentError ? [error.file, error.problems] : [null, []];
  return { outcome: "failed", code, sentence, remedy, file, problems };
}

/** The child's own word, or what is known when it ended without one. */
async function outcome(child: ChildProcess, log: string): Promise<{ reply: LaunchReply; exitCode: ExitCode }> {
  const replied = new Promise<LaunchReply>((resolve) => {
    child.once("message", (message: unknown) => {
      const parsed = parseLaunchReply(message);
      if (parsed.ok) resolve(parsed.value);
    });
  });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(signal === null ? `exit code ${code}` : signal));
  });
  const first = await Promise.race([replied, ended]);
  if (typeof first === "string") return { reply: failedReply(launchFailed(log, first)), exitCode: 5 };
  if (first.outcome === "launched") return { reply: first, exitCode: 0 };
  await ended;
  return { reply: first, exitCode: asExitCode(child.exitCode) };
}

const exitCodes: readonly ExitCode[] = [0, 2, 3, 4, 5, 130];
const asExitCode = (code: number | null): ExitCode => exitCodes.find((each) => each === code) ?? 5;

function tell(reply: LaunchReply, log: string): void {
  switch (reply.outcome) {
    case "launched":
      say(`Training in ${reply.run} (process ${reply.pid}).`);
      say(`Log: ${log}`);
      return;
    case "failed": {
      const { file } = reply;
      if (file === null) complain(`raptr: ${reply.sentence} ${reply.remedy}`);
      else for (const problem of reply.problems) complainAbout(file, problem);
      return;
    }
    default:
      reply satisfies never;
  }
}
