/**
 * The journal on disk: events one line a write, metrics in Arrow segments. Appending is synchronous, so that whatever
 * the loop does next happens after the line is in the file; flushing to the disk goes on beside the training.
 */
import { closeSync, fdatasync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { EvaluationRow, MetricRow } from "../../protocol/metrics.ts";
import type { EventBody, Journal } from "../../ports.ts";
import type { RunEvent } from "../../protocol/events.ts";
import { eventsFile } from "../../protocol/runDirectory.ts";
import { asExpected } from "../commandLine/failures.ts";
import type { MetricLog } from "./metricLog.ts";

const flushToDisk = promisify(fdatasync);

export interface JournalWatcher {
  event(event: RunEvent): void;
  metric(row: MetricRow): void;
}

export class RunJournal implements Journal {
  readonly #file: string;
  readonly #launch: number;
  readonly #descriptor: number;
  readonly #metrics: MetricLog;
  readonly #watcher: JournalWatcher;
  #syncing: Promise<void> | null = null;
  #unsynced = false;
  /** Why the disk did not take what was appended; the next flush throws it. */
  #failure: unknown = null;

  constructor(run: string, launch: number, metrics: MetricLog, watcher: JournalWatcher) {
    this.#file = path.join(run, eventsFile);
    this.#launch = launch;
    this.#metrics = metrics;
    this.#watcher = watcher;
    this.#descriptor = openSync(this.#file, "a+");
    if (!endsWithLineFeed(this.#descriptor)) this.#append("\n");
  }

  event(body: EventBody): void {
    const event = { time: new Date().toISOString(), launch: this.#launch, ...body } as RunEvent;
    this.#append(JSON.stringify(event) + "\n");
    this.#syncSoon();
    this.#watcher.event(event);
  }

  metric(row: MetricRow): void {
    this.#metrics.metric(row);
    this.#watcher.metric(row);
  }

  evaluation(row: EvaluationRow): void {
    this.#metrics.evaluation(row);
  }

  async flush(): Promise<void> {
    await this.#metrics.flush();
    while (this.#syncing !== null) await this.#syncing;
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure;
  }

  /** After a clean end: completes the metric segments and closes all files. */
  async close(): Promise<void> {
    await this.flush();
    this.#metrics.end();
    closeSync(this.#descriptor);
  }

  #append(line: string): void {
    try {
      const bytes = Buffer.from(line);
      const written = writeSync(this.#descriptor, bytes);
      // A short write means that the disk filled up under this line; the next one says so.
      if (written < bytes.length) writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      throw asExpected(error, this.#file);
    }
  }

  /** One flush at a time; events that come meanwhile share the next. */
  #syncSoon(): void {
    this.#unsynced = true;
    this.#syncing ??= this.#sync();
  }

  async #sync(): Promise<void> {
    try {
      while (this.#unsynced) {
        this.#unsynced = false;
        await flushToDisk(this.#descriptor);
      }
    } catch (error) {
      this.#failure = asExpected(error, this.#file);
    } finally {
      this.#syncing = null;
    }
  }
}

/** A killed trainer may leave half a line; the next line must not be glued to it. */
function endsWithLineFeed(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last[0] === 0x0a;
}
