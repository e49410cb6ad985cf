/** The control mailbox: `control/<id>.json` is a request; the trainer moves it to `control/done/<id>.json` with its answer. */
import { controlAction } from "./events.ts";
import { boolean, object, string, type Infer } from "./shape.ts";

const request = {
  id: string("Name of the file without `.json`; letters, digits, `-` and `_`. Sorts in the order of asking."),
  action: controlAction,
  by: string('Who asks, for the journal: "command line", "VS Code".'),
  time: string("When it was asked; ISO 8601, UTC."),
};

export const controlRequestShape = object("`control/<id>.json`: one request to the trainer.", request, { open: true });

export const controlAnswerShape = object(
  "`control/done/<id>.json`: the request, answered.",
  {
    ...request,
    accepted: boolean("Whether the trainer does it."),
    sentence: string("What will happen, or why not."),
  },
  { open: true },
);

export type ControlRequest = Infer<typeof controlRequestShape>;
export type ControlAnswer = Infer<typeof controlAnswerShape>;
