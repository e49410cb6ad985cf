/** What `raptr train|resume --detach --json` prints: one JSON object on stdout, whatever the outcome. */
import type { Parsed } from "./errors.ts";
import { parseValue } from "./parse.ts";
import { problemShape } from "./problemShape.ts";
import { array, integer, nullable, object, string, union, type Infer } from "./shape.ts";

export const launchReplyShape = union(
  "The outcome of a detached launch.",
  {
    launched: object("A trainer holds the run; it goes on by itself.", {
      run: string("The run directory, absolute."),
      pid: integer("The trainer's process id.", { minimum: 1 }),
    }),
    failed: object("No trainer runs. The exit code of `raptr` says the kind of failure.", {
      code: string("Stable id of the failure."),
      sentence: string("What went wrong."),
      remedy: string("What to do."),
      file: nullable(string("The schedule that the problems are in; null when the failure is not about one.")),
      problems: array("What is wrong with the schedule.", problemShape),
    }),
  },
  { tag: "outcome" },
);

export type LaunchReply = Infer<typeof launchReplyShape>;

export const parseLaunchReply = (value: unknown): Parsed<LaunchReply> => parseValue(launchReplyShape, value);
