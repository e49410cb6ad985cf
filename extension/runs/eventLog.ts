/** The journal of one run as far as it has been read. */
import { parseEvents } from "../../trainer/protocol/readers.ts";
import type { RunEvent } from "../../trainer/protocol/events.ts";
import { Lines } from "./lines.ts";
import { Tail } from "./tail.ts";

export class EventLog {
  readonly #tail: Tail;
  readonly #lines = new Lines();
  readonly #onProblem: (sentence: string) => void;
  #linesRead = 0;
  #events: readonly RunEvent[] = [];

  constructor(file: string, onProblem: (sentence: string) => void) {
    this.#tail = new Tail(file);
    this.#onProblem = onProblem;
  }

  get events(): readonly RunEvent[] {
    return this.#events;
  }

  /** Reads on; the new events. A journal that was replaced is read from its beginning, and all of it is new. */
  async advance(): Promise<{ readonly events: readonly RunEvent[]; readonly restarted: boolean }> {
    const fresh: RunEvent[] = [];
    let anyRestart = false;
    for (;;) {
      const { bytes, restarted } = await this.#tail.read();
      if (restarted) {
        anyRestart = true;
        fresh.length = 0;
        this.#events = [];
        this.#lines.reset();
        this.#linesRead = 0;
      }
      if (bytes.length === 0) break;
      fresh.push(...this.#parse(this.#lines.push(bytes)));
    }
    if (fresh.length > 0) this.#events = [...this.#events, ...fresh];
    return { events: fresh, restarted: anyRestart };
  }

  #parse(lines: readonly string[]): readonly RunEvent[] {
    if (lines.length === 0) return [];
    const { events, problems } = parseEvents(`${lines.join("\n")}\n`, this.#linesRead);
    this.#linesRead += lines.length;
    for (const { path, sentence } of problems) this.#onProblem(`line ${String(path[0])}: ${sentence}`);
    return events;
  }
}
