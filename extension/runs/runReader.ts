/** Reads all runs under the run roots and reports changes: at once where files were touched, each second where a run is live. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import type { RunFacts } from "./facts.ts";
import { RunRecord } from "./runRecord.ts";
import { RunWatcher } from "./runWatcher.ts";
import type { FromReader, ToReader } from "./wire.ts";

/** Between two reports about the same run: ten a second is as live as an eye can tell. */
const reportMilliseconds = 100;
/** A lease is written about once a second; and some file systems report no changes at all. */
const liveMilliseconds = 1000;
/** New runs on file systems that report nothing. */
const rootsMilliseconds = 5000;
/** Runs read at the same time. */
const parallel = 16;

export class RunReader {
  readonly #post: (message: FromReader) => void;
  readonly #records = new Map<string, RunRecord>();
  readonly #reported = new Map<string, string>();
  readonly #touched = new Set<string>();
  /** Refreshes under way: what each still has to see looked at. */
  readonly #refreshing = new Set<Set<string>>();
  /** Followed directories that are not there, and whose followers know it. */
  readonly #missing = new Set<string>();
  readonly #timers: NodeJS.Timeout[] = [];
  #watcher: RunWatcher | null = null;
  #roots: readonly string[] = [];
  #pump: Promise<void> | null = null;
  #closed = false;

  constructor(post: (message: FromReader) => void) {
    this.#post = post;
    this.#timers.push(
      setInterval(() => this.#touch([...this.#records.values()].filter((run) => run.restless)), liveMilliseconds),
      setInterval(() => void this.#scan(), rootsMilliseconds),
    );
  }

  async receive(message: ToReader): Promise<void> {
    switch (message.type) {
      case "watch":
        return this.#watch(message.roots, message.usePolling);
      case "follow":
        this.#record(message.directory).follow();
        this.#missing.delete(message.directory);
        return this.#touchDirectory(message.directory);
      case "unfollow":
        return this.#records.get(message.directory)?.unfollow();
      case "refresh":
        return this.#refresh();
      case "close":
        return this.#close();
      default:
        message satisfies never;
    }
  }

  async #watch(roots: readonly string[], usePolling: boolean): Promise<void> {
    const before = this.#watcher;
    this.#roots = roots;
    this.#watcher = new RunWatcher({
      roots,
      usePolling,
      onTouched: (directory) => this.#touchDirectory(directory),
      onFallback: (reason) => this.#log("warn", `Watching files fails (${reason}); polling instead.`),
    });
    for (const directory of this.#records.keys()) if (!this.#isUnderRoot(directory)) this.#touchDirectory(directory);
    await before?.close();
    await this.#scan();
  }

  async #refresh(): Promise<void> {
    await this.#scan();
    this.#touch([...this.#records.values()]);
    // Not until nothing is touched any more: where several runs are live, that moment may never come.
    const left = new Set(this.#touched);
    this.#refreshing.add(left);
    this.#tellRefreshed([left], []);
  }

  async #close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#watcher?.close();
  }

  /** Finds directories that nobody reported. Those that are known are told of by their own files. */
  async #scan(): Promise<void> {
    for (const root of this.#roots) {
      const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        const directory = path.join(root, entry.name);
        if (entry.isFile() || entry.name.startsWith(".") || this.#records.has(directory)) continue;
        this.#touchDirectory(directory);
      }
    }
    for (const directory of this.#records.keys()) if (!this.#isUnderRoot(directory)) this.#touchDirectory(directory);
  }

  #touch(records: readonly RunRecord[]): void {
    for (const { directory } of records) this.#touchDirectory(directory);
  }

  #touchDirectory(directory: string): void {
    this.#touched.add(directory);
    this.#pump ??= this.#work().finally(() => (this.#pump = null));
  }

  /** Looks at what was touched until nothing is left. One at a time, so that looks at a run never overlap. */
  async #work(): Promise<void> {
    // Lets what is touched in the same breath be looked at together.
    await Promise.resolve();
    while (this.#touched.size > 0 && !this.#closed) {
      const batch = [...this.#touched].slice(0, parallel);
      for (const directory of batch) this.#touched.delete(directory);
      // A refresh that is asked for during the looks wants later ones.
      const refreshing = [...this.#refreshing];
      const looks = await Promise.all(batch.map((directory) => this.#look(directory)));
      const changed = looks.flatMap((look) => (look && "facts" in look ? [look.facts] : []));
      const removed = looks.flatMap((look) => (look && "removed" in look ? [look.removed] : []));
      if (changed.length + removed.length > 0) this.#post({ type: "runs", changed, removed });
      this.#tellRefreshed(refreshing, batch);
      if (this.#touched.size === 0) await new Promise((resolve) => setTimeout(resolve, reportMilliseconds));
    }
  }

  #tellRefreshed(refreshing: readonly Set<string>[], looked: readonly string[]): void {
    for (const left of refreshing) {
      for (const directory of looked) left.delete(directory);
      if (left.size > 0) continue;
      this.#refreshing.delete(left);
      this.#post({ type: "refreshed" });
    }
  }

  async #look(directory: string): Promise<{ facts: RunFacts } | { removed: string } | null> {
    try {
      const record = this.#record(directory);
      const look = await record.look(performance.now());
      if (!look && record.followed) return this.#tellMissing(directory);
      if (look) this.#missing.delete(directory);
      if (!look || !(this.#isUnderRoot(directory) || record.restless)) return this.#remove(directory);
      // In this order: who waits for the history finds what the delta says in it.
      if (look.delta) this.#post({ type: "delta", directory, delta: look.delta });
      if (look.history)
        this.#post({ type: "history", directory, history: look.history.content, anew: look.history.anew });
      const text = JSON.stringify(look.facts);
      if (this.#reported.get(directory) === text) return null;
      this.#reported.set(directory, text);
      return { facts: look.facts };
    } catch (error) {
      this.#log("error", `${directory}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return null;
    }
  }

  #record(directory: string): RunRecord {
    const known = this.#records.get(directory);
    if (known) return known;
    const record = new RunRecord(directory, (sentence) => this.#log("warn", `${directory}: ${sentence}`));
    this.#records.set(directory, record);
    return record;
  }

  /** A followed directory is kept in mind: it may appear again, and is read from its beginning then. */
  #tellMissing(directory: string): { removed: string } | null {
    this.#records.delete(directory);
    this.#record(directory).follow();
    if (!this.#missing.has(directory)) {
      this.#missing.add(directory);
      const history = { refused: `There is no run in ${directory}.`, later: false };
      this.#post({ type: "history", directory, history, anew: true });
    }
    return this.#reported.delete(directory) ? { removed: directory } : null;
  }

  #remove(directory: string): { removed: string } | null {
    this.#records.delete(directory);
    return this.#reported.delete(directory) ? { removed: directory } : null;
  }

  #isUnderRoot(directory: string): boolean {
    return this.#roots.includes(path.dirname(directory));
  }

  #log(level: "warn" | "error", message: string): void {
    this.#post({ type: "log", level, message });
  }
}
