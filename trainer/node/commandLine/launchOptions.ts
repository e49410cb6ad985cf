/** Options that `train` and `resume` share. */
import type { CommandOption, GivenOptions } from "./command.ts";
import { usage } from "./failures.ts";

const numbersAndNames = ["steps", "engine", "threads"] as const;

export const launchOptions: readonly CommandOption[] = [
  { name: "steps", value: "N", count: true, doc: "Stop once N steps of the run are done, with a checkpoint." },
  { name: "engine", value: "E", doc: "What computes, instead of the schedule's `engine`." },
  {
    name: "threads",
    value: "N",
    count: true,
    doc: "Threads that compute; one per processor when absent. The losses do not depend on it.",
  },
  { name: "detach", value: null, doc: "Start a trainer that goes on by itself, and return." },
  { name: "json", value: null, doc: "With --detach: print the outcome as one JSON object." },
];

/** Throws a usage failure for options that mean nothing without each other. */
export function checkLaunchOptions(given: GivenOptions): void {
  if (given.flag("json") && !given.flag("detach"))
    throw usage(
      "--json goes with --detach.",
      "Leave it out, or add --detach; `raptr inspect RUN --json` tells of a run.",
    );
}

/** Those that a detached trainer is started with as well. */
export const passedOn = (given: GivenOptions): readonly string[] =>
  numbersAndNames.flatMap((name) => {
    const value = given.text(name);
    return value === undefined ? [] : [`--${name}`, value];
  });
