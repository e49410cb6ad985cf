/** Says which run directories under the run roots may have changed. Runs in the reader thread. */
import { watch, type FSWatcher } from "chokidar";
import path from "node:path";
import { controlDirectory, checkpointsDirectory, logsDirectory } from "../../trainer/protocol/runDirectory.ts";

export interface WatchOptions {
  readonly roots: readonly string[];
  readonly usePolling: boolean;
  /** A run directory with something new, missing or gone in it. */
  readonly onTouched: (directory: string) => void;
  /** Watching fails here (no handles left, a file system that refuses): polling has taken over. */
  readonly onFallback: (reason: string) => void;
}

const pollMilliseconds = 500;
/** Nothing below these tells more than the journal does, and a checkpoint's writing is many events. */
const quiet = new Set([checkpointsDirectory, logsDirectory, controlDirectory]);

/**
 * Watches `<root>/<run>/*` and `<root>/<run>/metrics/*`. A root need not exist yet. File systems that report nothing
 * and raise nothing (NFS) are why the reader also looks at live runs once a second.
 */
export class RunWatcher {
  readonly #options: WatchOptions;
  #watcher: FSWatcher;
  #polling: boolean;
  #closed = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#polling = options.usePolling;
    this.#watcher = this.#start();
  }

  #start(): FSWatcher {
    const watcher = watch([...this.#options.roots], {
      depth: 2,
      ignoreInitial: false,
      followSymlinks: true,
      usePolling: this.#polling,
      interval: pollMilliseconds,
      ignored: (file) => this.#isQuiet(file),
    });
    watcher.on("all", (_event, file) => {
      const directory = this.#runOf(file);
      if (directory) this.#options.onTouched(directory);
    });
    watcher.on("error", (error) => {
      if (watcher !== this.#watcher || this.#polling || this.#closed) return;
      this.#polling = true;
      void watcher.close();
      this.#options.onFallback(error instanceof Error ? error.message : String(error));
      this.#watcher = this.#start();
    });
    return watcher;
  }

  #isQuiet(file: string): boolean {
    const run = this.#runOf(file);
    if (!run) return false;
    const [first] = path.relative(run, file).split(path.sep);
    return first !== undefined && quiet.has(first);
  }

  #runOf(file: string): string | null {
    for (const root of this.#options.roots) {
      const relative = path.relative(root, file);
      if (relative === "" || relative.startsWith("..") || path.isAbsolute(relative)) continue;
      const [id] = relative.split(path.sep);
      if (id && !id.startsWith(".")) return path.join(root, id);
    }
    return null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#watcher.close();
  }
}
