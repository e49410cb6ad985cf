/** `raptr plan FILE`: what a schedule comes to, without training. */
import { describePlan } from "../../../plan/describe.ts";
import { resolvePlan } from "../../../plan/resolvePlan.ts";
import type { Command } from "../command.ts";
import { replying } from "../../run/detach.ts";
import { say } from "../output.ts";
import { readSchedule } from "../scheduleFile.ts";

export const plan: Command = {
  name: "plan",
  summary: "Show what a schedule comes to: stages, tokens, FLOPs, learning rates.",
  operands: ["FILE"],
  options: [{ name: "json", value: null, doc: "Print the plan as JSON; problems too." }],
  run: (given) =>
    replying(given.flag("json"), () => {
      const { schedule } = readSchedule(given.operands[0] ?? "");
      const resolved = resolvePlan(schedule);
      say(given.flag("json") ? JSON.stringify(resolved, null, 2) : describePlan(resolved));
      return Promise.resolve(0);
    }),
};
