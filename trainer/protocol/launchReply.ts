/** What `raptr train|resume --detach --json` prints: one JSON object on stdout, whatever the outcome. */
import type { Parsed } from "./errors.ts";
import { parseValue } from "./parse.ts";
import { array, choice, either, integer, nullable, object, string, union, type Infer } from "./shape.ts";

const span = nullable(
  object("Its place in the text.", {
    offset: integer("From 0, in UTF-16 units.", { minimum: 0 }),
    length: integer("In UTF-16 units.", { minimum: 0 }),
    line: integer("From 1.", { minimum: 1 }),
    column: integer("From 1.", { minimum: 1 }),
  }),
);

const problem = object("One thing wrong with the schedule.", {
  severity: choice("How bad it is.", { error: "The run cannot start.", warning: "It can." }),
  code: string("Stable id."),
  path: array(
    "Keys and indices.",
    either("A key or an index.", string("A key."), integer("An index.", { minimum: 0 })),
  ),
  span,
  sentence: string("What is wrong."),
  remedy: string("What to do."),
});

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
      problems: array("What is wrong with the schedule.", problem),
    }),
  },
  { tag: "outcome" },
);

export type LaunchReply = Infer<typeof launchReplyShape>;

export const parseLaunchReply = (value: unknown): Parsed<LaunchReply> => parseValue(launchReplyShape, value);
