/** `raptr control RUN ACTION`: asks a running trainer for something and waits for its answer. */
import { usage } from "../failures.ts";
import type { Command } from "../command.ts";
import { controlAction, type ControlAction } from "../../../protocol/events.ts";
import { nearestName } from "../../../protocol/suggest.ts";
import { requestControl } from "../../run/controlClient.ts";
import { findRun } from "../findRun.ts";
import { complain, say } from "../output.ts";

const defaultSeconds = 60;
const actions = controlAction.values ?? [];

export const control: Command = {
  name: "control",
  summary: `Ask a running trainer: ${actions.join(", ")}.`,
  operands: ["RUN", "ACTION"],
  options: [
    { name: "timeout", value: "N", count: true, doc: `Seconds to wait for the answer; ${defaultSeconds} when absent.` },
  ],
  details: actions.map((action) => `  ${action}: ${controlAction.valueDocs?.[action] ?? ""}`),
  run: async (given) => {
    const [run = "", written = ""] = given.operands;
    const action = parseAction(written);
    const answer = await requestControl(findRun(run), action, {
      by: "command line",
      timeoutSeconds: given.count("timeout") ?? defaultSeconds,
    });
    (answer.accepted ? say : complain)(answer.sentence);
    return answer.accepted ? 0 : 2;
  },
};

function parseAction(written: string): ControlAction {
  const action = actions.find((each) => each === written);
  if (action !== undefined) return action;
  const meant = nearestName(written, actions);
  throw usage(
    `"${written}" cannot be asked for.`,
    meant === null ? `Actions: ${actions.join(", ")}.` : `Did you mean ${meant}?`,
  );
}
