/** Asks this machine whether a lease's process is alive and still the same one. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { promisify } from "node:util";
import type { Lease } from "../../trainer/protocol/lease.ts";
import {
  bootIdQuestion,
  processStartQuestion,
  questionEnvironment,
  readBootId,
  readProcessStart,
  type Question,
} from "../../trainer/protocol/processIdentity.ts";

/**
 * - `alive`: pid, process start, host and boot id all match.
 * - `gone`: this host, and no such process: ended, recycled pid, or the machine was booted anew.
 * - `elsewhere`: another host wrote the lease; only its counter tells.
 * - `unknown`: the system did not answer (no `ps`, no rights).
 */
export type ProcessState = "alive" | "gone" | "elsewhere" | "unknown";

const run = promisify(execFile);

/** Answers are asked of the system each time; only the boot id, which cannot change under a process, is kept. */
export async function processState(lease: Lease): Promise<ProcessState> {
  if (lease.host !== hostname()) return "elsewhere";
  try {
    if (lease.bootId !== "" && lease.bootId !== (await bootId())) return "gone";
    const start = await processStart(lease.pid);
    return start === lease.processStart ? "alive" : "gone";
  } catch {
    return "unknown";
  }
}

/** Whether the question after a process starts a command here, which costs far more than reading a file. */
export const asksByCommand = (platform: string): boolean => processStartQuestion(platform, 1).from === "command";

/** The start of a process as its lease would tell it, or null when there is none. Throws when the system does not answer. */
export async function processStart(pid: number): Promise<string | null> {
  const answer = await ask(processStartQuestion(process.platform, pid));
  return answer === null ? null : readProcessStart(process.platform, answer);
}

let knownBootId: Promise<string> | undefined;

export function bootId(): Promise<string> {
  const question = bootIdQuestion(process.platform);
  knownBootId ??= question ? ask(question).then((answer) => readBootId(answer ?? "")) : Promise.resolve("");
  return knownBootId;
}

/** Null when the file is not there or the command ends with an error: both mean "no such process". */
async function ask(question: Question): Promise<string | null> {
  try {
    if (question.from === "file") return await readFile(question.path, "utf8");
    return (await run(question.command, [...question.args], { env: { ...process.env, ...questionEnvironment } }))
      .stdout;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" && question.from === "command") throw error;
    if (code === "ENOENT" || code === "ESRCH" || typeof code === "number") return null;
    throw error;
  }
}
