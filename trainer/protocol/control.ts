/** The control mailbox: `control/<id>.json` is a request; the trainer moves it to `control/done/<id>.json` with its answer. */
import type { ControlAction } from "./events.ts";

export interface ControlRequest {
  readonly id: string;
  readonly action: ControlAction;
  /** Who asks, for the journal: "command line", "VS Code". */
  readonly by: string;
  readonly time: string;
}

export interface ControlAnswer extends ControlRequest {
  readonly accepted: boolean;
  /** What will happen, or why not. */
  readonly sentence: string;
}
