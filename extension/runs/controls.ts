/** Asks a trainer for something through its mailbox and waits for the answer. */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ControlAnswer, ControlRequest } from "../../trainer/protocol/control.ts";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import type { ControlAction } from "../../trainer/protocol/events.ts";
import { parseControlAnswer, parseJson } from "../../trainer/protocol/readers.ts";
import { controlDirectory, controlDoneDirectory } from "../../trainer/protocol/runDirectory.ts";
import type { Translate } from "../host/translate.ts";
import { isMissing } from "./tail.ts";

const askMilliseconds = 100;

export interface ControlOptions {
  /** How long to wait; a step must end before the trainer looks. */
  readonly timeoutMilliseconds: number;
  readonly now: () => Date;
}

const defaults: ControlOptions = { timeoutMilliseconds: 30_000, now: () => new Date() };

/**
 * Puts the request into `control/` and settles with the trainer's answer. Throws an ExpectedError when none comes in
 * time; the request is then withdrawn, so that it does not act on a later launch.
 */
export async function requestControl(
  directory: string,
  action: ControlAction,
  t: Translate,
  options: ControlOptions = defaults,
): Promise<ControlAnswer> {
  const time = options.now().toISOString();
  const id = `${time.replace(/[^0-9]/g, "")}-${randomBytes(4).toString("hex")}`;
  const request: ControlRequest = { id, action, by: "VS Code", time };
  const file = path.join(directory, controlDirectory, `${id}.json`);
  const answerFile = path.join(directory, controlDoneDirectory, `${id}.json`);
  await mkdir(path.dirname(answerFile), { recursive: true });
  // Written aside, then renamed: the trainer never reads half a request.
  const draft = path.join(directory, controlDirectory, `.${id}.tmp`);
  await writeFile(draft, `${JSON.stringify(request)}\n`);
  await rename(draft, file);

  const attempts = Math.ceil(options.timeoutMilliseconds / askMilliseconds);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const answer = await readAnswer(answerFile);
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, askMilliseconds));
  }
  await unlink(file).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
  throw new ExpectedError(
    "no-answer",
    t("The trainer did not answer within {0} s.", options.timeoutMilliseconds / 1000),
    t("It may be busy with one long step, or hang: try again, or stop it by its process tree."),
    5,
  );
}

/** Null while there is no answer; one that cannot be read yet is still being written. */
async function readAnswer(file: string): Promise<ControlAnswer | null> {
  try {
    const parsed = parseJson(await readFile(file, "utf8"), parseControlAnswer);
    return parsed.ok ? parsed.value : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
