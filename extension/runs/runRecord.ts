/** One run as far as it has been read: follows its files, derives facts, and says what is new. Lives in the reader thread. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { resolvePlan } from "../../trainer/plan/resolvePlan.ts";
import type { Plan } from "../../trainer/plan/plan.ts";
import type { RunEvent } from "../../trainer/protocol/events.ts";
import type { Lease } from "../../trainer/protocol/lease.ts";
import type { RunManifest } from "../../trainer/protocol/manifest.ts";
import { parseLease, parseManifest } from "../../trainer/protocol/readers.ts";
import { eventsFile, launchesDirectory, leaseFile, runFile } from "../../trainer/protocol/runDirectory.ts";
import type { RunStatus } from "../../trainer/protocol/status.ts";
import { EventLog } from "./eventLog.ts";
import { isLive, type RunFacts } from "./facts.ts";
import { LeaseWatch } from "./leaseWatch.ts";
import { MetricLog, type NewRows } from "./metricLog.ts";
import { readJson } from "./readJson.ts";
import { summarize } from "./summarize.ts";
import type { HistoryRefusal, RunDelta, RunHistory } from "./wire.ts";

/** What one look at the directory brought. */
export interface Look {
  readonly facts: RunFacts;
  /** For followers that have the history; null when nothing is new. */
  readonly delta: RunDelta | null;
  /** For followers that wait for it; `anew`: for all of them, as the files are not those that were read before. */
  readonly history: { readonly content: RunHistory | HistoryRefusal; readonly anew: boolean } | null;
}

export class RunRecord {
  readonly directory: string;
  readonly #say: (message: string) => void;
  readonly #leases = new LeaseWatch();
  readonly #events: EventLog;
  #metrics: MetricLog | null = null;
  #manifest: RunManifest | null = null;
  #plan: Plan | null = null;
  #damaged: string | null = null;
  #lease: Lease | null = null;
  #status: RunStatus | null = null;
  #followed = false;
  /** A follower waits for the history. */
  #asked = false;

  /** `say` hears what is wrong with the files, for the log. */
  constructor(directory: string, say: (message: string) => void) {
    this.directory = directory;
    this.#say = say;
    this.#events = new EventLog(path.join(directory, eventsFile), (sentence) => say(`${eventsFile}: ${sentence}`));
  }

  /** Whether the directory must be looked at again although no change was reported. */
  get restless(): boolean {
    return this.#followed || (this.#status !== null && isLive(this.#status));
  }

  get followed(): boolean {
    return this.#followed;
  }

  /** The next look brings the history. */
  follow(): void {
    this.#followed = true;
    this.#asked = true;
  }

  unfollow(): void {
    this.#followed = false;
    this.#asked = false;
  }

  /** Null when the directory is no run (any more). Looks must not overlap. */
  async look(now: number): Promise<Look | null> {
    if (!(await isRun(this.directory))) return null;
    // The lease first: what it says has happened is in the files that are read after it.
    this.#lease = (await this.#readLease()) ?? this.#lease;
    await this.#readManifest();
    const events = await this.#events.advance();
    const before = this.#status;
    const status = await this.#readStatus(now);
    this.#status = status;
    // Read once, as `follow` may be called while the files are read.
    const wanted = this.#followed;
    const asked = this.#asked;
    if (wanted || isLive(status)) this.#metrics ??= new MetricLog(this.directory, this.#say);
    const rows = await this.#metrics?.advance({ keep: wanted });
    const facts = this.#facts(status);
    if (!wanted) return { facts, delta: null, history: null };

    const anew = events.restarted || rows?.restarted === true;
    const history = asked || anew ? { content: this.#history(status), anew } : null;
    if (history && !("refused" in history.content && history.content.later)) this.#asked = false;
    return { facts, history, delta: anew ? null : deltaOf(before, status, events.events, rows) };
  }

  #facts(status: RunStatus): RunFacts {
    return summarize({
      directory: this.directory,
      id: path.basename(this.directory),
      manifest: this.#manifest,
      plan: this.#plan,
      events: this.#events.events,
      lease: this.#lease,
      status,
      latest: this.#metrics?.latest ?? null,
    });
  }

  #history(status: RunStatus): RunHistory | HistoryRefusal {
    if (this.#damaged !== null) return { refused: this.#damaged, later: false };
    if (!this.#manifest || !this.#plan || !this.#metrics)
      return { refused: `${runFile} is not there yet.`, later: isLive(status) };
    const { metrics, evaluations } = this.#metrics.all();
    return {
      manifest: this.#manifest,
      plan: this.#plan,
      status,
      events: this.#events.events,
      metrics,
      evaluations,
    };
  }

  async #readStatus(now: number): Promise<RunStatus> {
    return this.#leases.status({
      lease: this.#lease,
      events: this.#events.events,
      damaged: this.#damaged,
      now,
    });
  }

  async #readLease(): Promise<Lease | null> {
    const parsed = await readJson(path.join(this.directory, leaseFile), parseLease);
    if (parsed === null || parsed.ok) return parsed?.value ?? null;
    this.#say(`${leaseFile}: ${parsed.problems[0]?.sentence ?? "unreadable"}`);
    return null;
  }

  /** Written once and never changed: read until it could be. */
  async #readManifest(): Promise<void> {
    if (this.#manifest) return;
    const parsed = await readJson(path.join(this.directory, runFile), parseManifest);
    if (parsed === null) return;
    if (parsed.ok) {
      this.#manifest = parsed.value;
      this.#plan = resolvePlan(parsed.value.config);
      this.#damaged = null;
    } else {
      const [first] = parsed.problems;
      this.#damaged = `${runFile}: ${first?.path.join(".") ?? ""} ${first?.sentence ?? ""}`;
    }
  }
}

function deltaOf(
  before: RunStatus | null,
  status: RunStatus,
  events: readonly RunEvent[],
  rows: NewRows | undefined,
): RunDelta | null {
  const delta: RunDelta = {
    ...(JSON.stringify(before) === JSON.stringify(status) ? {} : { status }),
    ...(events.length > 0 ? { events } : {}),
    ...(rows?.metrics ? { metrics: rows.metrics } : {}),
    ...(rows?.evaluations ? { evaluations: rows.evaluations } : {}),
  };
  return Object.keys(delta).length > 0 ? delta : null;
}

/** A directory with any of the files that a trainer writes first. */
async function isRun(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch((): string[] => []);
  return [runFile, leaseFile, eventsFile, launchesDirectory].some((name) => names.includes(name));
}
