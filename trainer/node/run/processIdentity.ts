/** Asks this machine who a process is beyond its recyclable pid; `protocol/processIdentity.ts` says how systems tell. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import {
  bootIdQuestion,
  processStartQuestion,
  questionEnvironment,
  readBootId,
  readProcessStart,
  type Question,
} from "../../protocol/processIdentity.ts";

/** The part of a lease that names a process. */
export interface ProcessIdentity {
  readonly host: string;
  readonly bootId: string;
  readonly pid: number;
  readonly processStart: string;
}

let own: ProcessIdentity | null = null;

export function ownIdentity(): ProcessIdentity {
  own ??= { host: hostname(), bootId: bootId(), pid: process.pid, processStart: processStart(process.pid) ?? "" };
  return own;
}

/** Whether the very process that `identity` names still runs; "elsewhere" when another host must be asked. */
export function processState(identity: ProcessIdentity): "alive" | "gone" | "elsewhere" {
  const self = ownIdentity();
  if (identity.host !== self.host) return "elsewhere";
  if (identity.bootId !== self.bootId) return "gone";
  return processStart(identity.pid) === identity.processStart ? "alive" : "gone";
}

/** When the process with this pid started, as an opaque text; null when there is none, or only its zombie. */
export function processStart(pid: number): string | null {
  const answer = ask(processStartQuestion(process.platform, pid));
  return answer === null ? null : readProcessStart(process.platform, answer);
}

function bootId(): string {
  const question = bootIdQuestion(process.platform);
  return question === null ? "" : readBootId(ask(question) ?? "");
}

/** Null when there is no such file or the command ends with an error: both mean "no such process". */
function ask(question: Question): string | null {
  try {
    if (question.from === "file") return readFileSync(question.path, "utf8");
    return execFileSync(question.command, question.args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, ...questionEnvironment },
      windowsHide: true,
    });
  } catch {
    return null;
  }
}
