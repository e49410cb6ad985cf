/** Messages to the run view, as the extension sends them, from a synthetic recording. */
import type { ToRunView } from "../../../webviews/messages/runView.ts";
import type { Recording } from "../../../webviews/run/dev/recording.ts";

/** The message of a recording as far as `done` steps. */
export function hydrateMessage(recording: Recording, done: number): Extract<ToRunView, { type: "hydrate" }> {
  return {
    type: "hydrate",
    manifest: recording.manifest,
    plan: recording.plan,
    status: done === 0 ? { state: "preparing", launch: 1 } : { state: "running", launch: 1, pid: 4242 },
    events: recording.events(-1, done),
    metrics: recording.metrics(0, done),
    evaluations: recording.evaluations(0, done),
  };
}

export function deltaMessage(recording: Recording, from: number, to: number): Extract<ToRunView, { type: "delta" }> {
  return {
    type: "delta",
    events: recording.events(from, to),
    metrics: recording.metrics(from, to),
    evaluations: recording.evaluations(from, to),
  };
}
