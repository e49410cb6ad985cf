/** A problem with a schedule, as files and replies hold it: `Problem` of errors.ts. */
import { array, choice, either, integer, nullable, object, string } from "./shape.ts";

const span = nullable(
  object("Its place in the text.", {
    offset: integer("From 0, in UTF-16 units.", { minimum: 0 }),
    length: integer("In UTF-16 units.", { minimum: 0 }),
    line: integer("From 1.", { minimum: 1 }),
    column: integer("From 1.", { minimum: 1 }),
  }),
);

export const problemShape = object("One thing wrong with the schedule.", {
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
