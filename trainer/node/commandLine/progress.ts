/** Shows a launch as it goes: one live line on a terminal, now and then a plain line elsewhere, and a line per event. */
import type { Plan } from "../../plan/plan.ts";
import type { RunEvent } from "../../protocol/events.ts";
import type { MetricRow } from "../../protocol/metrics.ts";
import type { JournalWatcher } from "../run/journal.ts";
import { Pace } from "./pace.ts";
import { isTerminal, say, showLive } from "./output.ts";
import { bytes, compact, duration } from "./units.ts";

const liveMilliseconds = 100;
const plainMilliseconds = 10_000;

export class Progress implements JournalWatcher {
  readonly #live = isTerminal();
  #plan: Plan | null = null;
  #pace: Pace | null = null;
  #shownAt = this.#live ? -Infinity : performance.now();
  /** Exponential mean of the loss, so that the live line can be read. */
  #loss: number | null = null;

  begin(plan: Plan): void {
    this.#plan = plan;
    this.#pace = new Pace(plan);
    this.#shownAt = this.#live ? -Infinity : performance.now();
  }

  /** A line about the time before training, while something long is prepared. */
  preparing(line: string, done: boolean): void {
    const now = performance.now();
    if (!done && now - this.#shownAt < (this.#live ? liveMilliseconds : plainMilliseconds)) return;
    this.#shownAt = now;
    if (this.#live && !done) showLive(line);
    else say(line);
  }

  metric(row: MetricRow): void {
    this.#loss = this.#loss === null ? row.loss : 0.9 * this.#loss + 0.1 * row.loss;
    this.#pace?.add(row);
    const now = performance.now();
    if (now - this.#shownAt < (this.#live ? liveMilliseconds : plainMilliseconds)) return;
    this.#shownAt = now;
    if (this.#live) showLive(this.#line(row, this.#loss));
    else say(this.#line(row, this.#loss));
  }

  event(event: RunEvent): void {
    const line = eventLine(event, this.#plan);
    if (line !== null) say(line);
  }

  #line(row: MetricRow, loss: number): string {
    const [plan, pace] = [this.#plan, this.#pace];
    if (plan === null || pace === null) return `step ${row.step + 1}  loss ${loss.toFixed(3)}`;
    const stage = plan.stages[row.stage];
    return [
      `${stage?.name ?? `stage ${row.stage}`} (${stage?.meanLayers ?? "?"} of ${plan.layers} layers)`,
      `step ${row.step + 1}/${plan.steps}`,
      `loss ${loss.toFixed(3)}`,
      `${compact(pace.tokensPerSecond)} tokens/s`,
      `${duration(pace.secondsLeft(row.step + 1))} left`,
    ].join("  ");
  }
}

/** What people want to read of an event; null for those that the line above or the command's own words tell. */
function eventLine(event: RunEvent, plan: Plan | null): string | null {
  const at = `step ${event.step}`;
  switch (event.type) {
    case "launched":
      return `Engine ${event.engine} (${event.variant}), ${event.threads} threads, Node ${event.node}.`;
    case "stageEntered":
      return `${at}: ${event.name} begins: ${event.meanLayers} of ${plan?.layers ?? "?"} layers on average.`;
    case "stageLeft":
      return `${at}: ${event.name} ends: loss ${event.lossAtEntry.toFixed(3)} -> ${event.lossAtExit.toFixed(3)}.`;
    case "checkpointSaved":
      return `${at}: saved ${event.name} (${bytes(event.bytes)}; ${event.kept.join(", ")}).`;
    case "evaluated":
      return `${at}: full-network loss ${event.loss.toFixed(4)}${event.best ? " (best)" : ""}.`;
    case "requested":
      return `${at}: ${event.action} asked for by ${event.by}.`;
    case "paused":
      return `${at}: paused; the engine's memory is released.`;
    case "continued":
      return `${at}: going on.`;
    case "nonFinite":
      return `${at}: the ${event.what} is not a finite number: ${event.tensor}. Last good checkpoint: ${event.lastCheckpoint ?? "none"}.`;
    case "stopped":
      return `${at}: stopped.`;
    case "completed":
      return `${at}: completed.`;
    case "checkpointRemoved":
    case "failed":
      return null;
    default:
      return event satisfies never;
  }
}
