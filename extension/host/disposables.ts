/** What has to be ended when it is no longer needed, and a count of what has not been: suites assert that it ends at 0. */

export interface Disposable {
  dispose(): unknown;
}

let live = 0;

/** Things created and not yet disposed, over all scopes. */
export const liveDisposables = (): number => live;

/**
 * Owns disposables from the line of their creation: `const x = scope.add(create())`. Disposing the scope disposes
 * them, last created first; what is added to a disposed scope is disposed at once.
 */
export class Scope implements Disposable {
  readonly #owned: Disposable[] = [];
  #disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) {
      item.dispose();
      return item;
    }
    this.#owned.push(item);
    live++;
    return item;
  }

  /** Adds several at once; for registrations that nobody refers to again. */
  addAll(...items: readonly Disposable[]): void {
    for (const item of items) this.add(item);
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  dispose(): void {
    this.#disposed = true;
    for (let item = this.#owned.pop(); item; item = this.#owned.pop()) {
      live--;
      item.dispose();
    }
  }
}
