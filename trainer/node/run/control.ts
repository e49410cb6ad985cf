/** The trainer's side of the mailbox: finds requests in `control/`, hands them to the loop, moves answers to `control/done/`. */
import { existsSync, mkdirSync, readdirSync, unlinkSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import type { ControlAnswer, ControlRequest } from "../../protocol/control.ts";
import type { ControlSource, PendingRequest } from "../../ports.ts";
import { parseControlRequest, parseJson } from "../../protocol/readers.ts";
import { controlDirectory, controlDoneDirectory } from "../../protocol/runDirectory.ts";
import { complain } from "../commandLine/output.ts";
import { errorCode, replaceFile } from "./atomicFile.ts";
import { readText } from "./runFiles.ts";

/** Polled: no file watcher sees changes made from another machine over NFS. */
const pollMilliseconds = 200;

export class Mailbox implements ControlSource {
  readonly #run: string;
  readonly #interrupt: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #queue: ControlRequest[] = [];
  readonly #seen = new Set<string>();
  #listing = false;
  #failed = false;
  #wake: (() => void) | null = null;

  /** Requests that are there already were meant for an earlier launch: they are declined. */
  constructor(run: string, interrupt: AbortSignal) {
    this.#run = run;
    this.#interrupt = interrupt;
    mkdirSync(path.join(run, controlDoneDirectory), { recursive: true });
    this.#take(readdirSync(path.join(run, controlDirectory)));
    for (const request of this.#queue.splice(0))
      this.#answer(request, false, "Asked before this launch began; ask again.");
    this.#timer = setInterval(() => void this.#poll(), pollMilliseconds);
    interrupt.addEventListener("abort", () => this.#wake?.(), { once: true });
  }

  next(): Promise<PendingRequest | null> {
    const request = this.#queue.shift();
    if (request === undefined) return Promise.resolve(null);
    const answer = (accepted: boolean, sentence: string): Promise<void> => {
      this.#answer(request, accepted, sentence);
      return Promise.resolve();
    };
    return Promise.resolve({ id: request.id, action: request.action, by: request.by, answer });
  }

  async wait(): Promise<void> {
    if (this.#queue.length > 0 || this.#interrupt.aborted) return;
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = null;
  }

  /** Declines what nobody will take up any more. */
  close(): void {
    clearInterval(this.#timer);
    this.#take(readdirSync(path.join(this.#run, controlDirectory)));
    for (const request of this.#queue.splice(0)) this.#answer(request, false, "The trainer has ended.");
  }

  async #poll(): Promise<void> {
    if (this.#listing) return;
    this.#listing = true;
    try {
      this.#take(await readdir(path.join(this.#run, controlDirectory)));
      this.#failed = false;
    } catch (error) {
      // A file system that fails for a moment must not end the training: the next poll looks again.
      const code = errorCode(error);
      if (code === null) throw error;
      if (!this.#failed) complain(`Requests cannot be read at present (${code}).`);
      this.#failed = true;
    } finally {
      this.#listing = false;
    }
    if (this.#queue.length > 0) this.#wake?.();
  }

  /** Queues new requests, oldest first: ids sort by time. Files that cannot be read yet are looked at again. */
  #take(names: readonly string[]): void {
    for (const name of names.filter((each) => each.endsWith(".json")).sort()) {
      if (this.#seen.has(name)) continue;
      if (existsSync(path.join(this.#run, controlDoneDirectory, name))) {
        // Answered by a launch that was killed before it could take the request away.
        this.#remove(name);
        continue;
      }
      const text = readText(path.join(this.#run, controlDirectory, name));
      const parsed = parseJson(text ?? "", parseControlRequest);
      if (!parsed.ok || `${parsed.value.id}.json` !== name) continue;
      this.#seen.add(name);
      this.#queue.push(parsed.value);
    }
  }

  /** The answer is written whole before the request goes: a crash between leaves both, and the next launch tidies up. */
  #answer(request: ControlRequest, accepted: boolean, sentence: string): void {
    const answer: ControlAnswer = { ...request, accepted, sentence };
    const file = `${request.id}.json`;
    replaceFile(path.join(this.#run, controlDoneDirectory, file), JSON.stringify(answer, null, 2) + "\n");
    this.#remove(file);
  }

  #remove(file: string): void {
    try {
      unlinkSync(path.join(this.#run, controlDirectory, file));
    } catch (error) {
      // Gone already, or for the moment in somebody's hands: it is answered, and the next launch takes it away.
      if (errorCode(error) === null) throw error;
    }
  }
}
