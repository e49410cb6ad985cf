/** The one owner of what is known about runs. Everyone else asks it or listens to it; only the reader tells it anything. */
import { Scope, type Disposable } from "../host/disposables.ts";
import { Emitter } from "../host/emitter.ts";
import { isLive, type RunFacts } from "./facts.ts";
import { ReaderThread, type ReaderHandlers, type ReaderPort } from "./readerThread.ts";
import type { FromReader, HistoryRefusal, RunDelta, RunHistory } from "./wire.ts";

export interface RunFollower {
  /** Everything so far; once, and again when the reader had to start anew. */
  onHistory(history: RunHistory | HistoryRefusal): void;
  /** What came since; only after a history. */
  onDelta(delta: RunDelta): void;
}

export type LogLine = Extract<FromReader, { type: "log" }>;

interface Following {
  readonly follower: RunFollower;
  hydrated: boolean;
}

export class RunStore implements Disposable {
  readonly #scope = new Scope();
  readonly #changed = this.#scope.add(new Emitter<void>());
  readonly #logged = this.#scope.add(new Emitter<LogLine>());
  readonly #runs = new Map<string, RunFacts>();
  readonly #followers = new Map<string, Set<Following>>();
  readonly #reader: ReaderPort;
  #watching: { readonly roots: readonly string[]; readonly usePolling: boolean } | undefined;
  #refreshed: (() => void)[] = [];
  readonly #looking = new Set<() => void>();
  #disposed = false;

  /** Something about the list of runs or a run's facts changed. */
  readonly onDidChange = this.#changed.event;
  readonly onDidLog = this.#logged.event;

  constructor(open: (handlers: ReaderHandlers) => ReaderPort = (handlers) => new ReaderThread(handlers)) {
    const onMessage = (message: FromReader): void => this.#receive(message);
    this.#reader = this.#scope.add(open({ onMessage, onRestart: () => this.#retell() }));
  }

  /** All runs, newest first. */
  get runs(): readonly RunFacts[] {
    return [...this.#runs.values()].sort((a, b) => b.createdAt - a.createdAt || b.id.localeCompare(a.id));
  }

  get live(): readonly RunFacts[] {
    return this.runs.filter((run) => isLive(run.status));
  }

  get(directory: string): RunFacts | undefined {
    return this.#runs.get(directory);
  }

  /** Settles with the run once it is as wanted; with undefined when it goes away, or the store is disposed. */
  async when(directory: string, wanted: (run: RunFacts) => boolean): Promise<RunFacts | undefined> {
    return new Promise((resolve) => {
      const look = (): void => {
        const run = this.#disposed ? undefined : this.#runs.get(directory);
        if (run && !wanted(run)) return;
        listening.dispose();
        this.#looking.delete(look);
        resolve(run);
      };
      const listening = this.onDidChange(look);
      this.#looking.add(look);
      look();
    });
  }

  /** Says which directories hold runs. */
  watch(roots: readonly string[], usePolling: boolean): void {
    this.#watching = { roots, usePolling };
    this.#reader.send({ type: "watch", roots, usePolling });
  }

  /** The directories that hold runs. */
  get roots(): readonly string[] {
    return this.#watching?.roots ?? [];
  }

  /** Looks at every run again; settles when the facts are up to date. */
  async refresh(): Promise<void> {
    const done = new Promise<void>((resolve) => this.#refreshed.push(resolve));
    this.#reader.send({ type: "refresh" });
    return done;
  }

  /** Hands on everything about a run, then each change, until disposed. */
  follow(directory: string, follower: RunFollower): Disposable {
    const following: Following = { follower, hydrated: false };
    const all = this.#followers.get(directory) ?? new Set();
    this.#followers.set(directory, all.add(following));
    this.#reader.send({ type: "follow", directory });
    return {
      dispose: () => {
        if (!all.delete(following) || all.size > 0) return;
        this.#followers.delete(directory);
        this.#reader.send({ type: "unfollow", directory });
      },
    };
  }

  dispose(): void {
    this.#disposed = true;
    this.#followers.clear();
    this.#scope.dispose();
    for (const look of [...this.#looking]) look();
    for (const settle of this.#refreshed.splice(0)) settle();
  }

  #receive(message: FromReader): void {
    switch (message.type) {
      case "runs":
        for (const directory of message.removed) this.#runs.delete(directory);
        for (const run of message.changed) this.#runs.set(run.directory, run);
        return this.#changed.fire();
      case "history":
        for (const following of this.#followersOf(message.directory)) {
          if (following.hydrated && !message.anew) continue;
          following.hydrated = !("refused" in message.history);
          following.follower.onHistory(message.history);
        }
        return;
      case "delta":
        for (const { follower, hydrated } of this.#followersOf(message.directory))
          if (hydrated) follower.onDelta(message.delta);
        return;
      case "refreshed":
        return this.#refreshed.shift()?.();
      case "log":
        return this.#logged.fire(message);
      default:
        message satisfies never;
    }
  }

  #followersOf(directory: string): readonly Following[] {
    return [...(this.#followers.get(directory) ?? [])];
  }

  #retell(): void {
    this.#runs.clear();
    if (this.#watching) this.#reader.send({ type: "watch", ...this.#watching });
    for (const [directory, all] of this.#followers) {
      for (const following of all) following.hydrated = false;
      this.#reader.send({ type: "follow", directory });
    }
    for (let asked = this.#refreshed.length; asked > 0; asked--) this.#reader.send({ type: "refresh" });
  }
}
