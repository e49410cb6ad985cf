/** Puts a request into a run's mailbox and waits for the answer. */
import { randomBytes } from "node:crypto";
import { mkdirSync, unlinkSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ControlAnswer, ControlRequest } from "../../protocol/control.ts";
import type { ControlAction } from "../../protocol/events.ts";
import { parseControlAnswer, parseJson } from "../../protocol/readers.ts";
import { controlDirectory, controlDoneDirectory } from "../../protocol/runDirectory.ts";
import { replaceFile } from "./atomicFile.ts";
import { isHeld } from "./claim.ts";
import { noAnswer, notRunning } from "../commandLine/failures.ts";
import { readLease, readText } from "./runFiles.ts";

const pollMilliseconds = 100;

export interface ControlOptions {
  readonly by: string;
  readonly timeoutSeconds: number;
}

/** Throws `notRunning` and `noAnswer`; the request is withdrawn then, so that no later launch obeys it. */
export async function requestControl(
  run: string,
  action: ControlAction,
  { by, timeoutSeconds }: ControlOptions,
): Promise<ControlAnswer> {
  const lease = readLease(run);
  if (lease === null || !(await isHeld(run, lease))) throw notRunning(run);
  const now = new Date();
  const request: ControlRequest = { id: newRequestId(now), action, by, time: now.toISOString() };
  const file = path.join(run, controlDirectory, `${request.id}.json`);
  mkdirSync(path.join(run, controlDoneDirectory), { recursive: true });
  replaceFile(file, JSON.stringify(request, null, 2) + "\n");
  const deadline = performance.now() + 1000 * timeoutSeconds;
  for (;;) {
    const answer = readAnswer(run, request.id);
    if (answer !== null) return answer;
    const ended = readLease(run)?.state === "ended";
    if (ended || performance.now() > deadline) {
      withdraw(file);
      // It may have been answered in this very moment.
      const late = readAnswer(run, request.id);
      if (late !== null) return late;
      throw ended ? notRunning(run) : noAnswer(run, timeoutSeconds);
    }
    await delay(pollMilliseconds);
  }
}

/** Sorts by time, so that requests are taken up in the order in which they were made. */
const newRequestId = (now: Date): string =>
  `${now.toISOString().replace(/[-:.]/g, "")}-${randomBytes(3).toString("hex")}`;

function readAnswer(run: string, id: string): ControlAnswer | null {
  const text = readText(path.join(run, controlDoneDirectory, `${id}.json`));
  const parsed = parseJson(text ?? "", parseControlAnswer);
  return parsed.ok ? parsed.value : null;
}

function withdraw(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // Taken up already: the answer is looked for once more.
  }
}
