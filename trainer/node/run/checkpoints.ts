/**
 * Checkpoints on disk. A checkpoint is written into a hidden directory, flushed, marked DONE and renamed into place, so
 * it is there whole or not at all; it is removed by renaming it away first. Resume takes the newest whose every byte is right.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import type { Checkpoint, CheckpointStore, CheckpointWriter, Journal } from "../../ports.ts";
import type { CheckpointState } from "../../protocol/checkpoint.ts";
import { checkpointDoneFile, checkpointName, checkpointsDirectory } from "../../protocol/runDirectory.ts";
import { errorCode, renameOver, syncDirectory } from "./atomicFile.ts";
import {
  doneText,
  listCheckpoints,
  stateFile,
  tensorFiles,
  verifyCheckpoint,
  type StoredCheckpoint,
} from "./checkpointFiles.ts";
import { asExpected } from "../commandLine/failures.ts";
import { superseded } from "./retention.ts";
import { TensorReader, writeTensors, type WrittenFile } from "./tensorFile.ts";

export interface CheckpointsOptions {
  readonly run: string;
  /** Rotating checkpoints that stay. */
  readonly keep: number;
  readonly journal: Journal;
  /** For what people should hear: a damaged checkpoint that was passed over. */
  say(line: string): void;
}

const writingPrefix = ".writing-";
const trashPrefix = ".trash-";

export class Checkpoints implements CheckpointStore {
  readonly #folder: string;
  readonly #options: CheckpointsOptions;
  /** Read whole or written by this process: their bytes need no second look. */
  readonly #trusted = new Set<string>();
  readonly #complainedOf = new Set<string>();

  constructor(options: CheckpointsOptions) {
    this.#options = options;
    this.#folder = path.join(options.run, checkpointsDirectory);
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Removes what a killed launch left half written or half removed. */
  recover(): void {
    for (const name of readdirSync(this.#folder)) {
      if (name.startsWith(writingPrefix) || name.startsWith(trashPrefix))
        rmSync(path.join(this.#folder, name), { recursive: true, force: true });
    }
  }

  async latest(): Promise<Checkpoint | null> {
    for (const checkpoint of listCheckpoints(this.#options.run)) {
      const wrong = this.#trusted.has(checkpoint.name) ? null : await verifyCheckpoint(checkpoint);
      if (wrong === null && checkpoint.state !== null) {
        this.#trusted.add(checkpoint.name);
        return openCheckpoint(checkpoint.directory, checkpoint.state);
      }
      this.#complain(checkpoint, wrong ?? checkpoint.sentence);
    }
    return null;
  }

  async save(checkpoint: Parameters<CheckpointWriter["save"]>[0]): Promise<void> {
    const { step, reasons } = checkpoint.state;
    const name = checkpointName(step);
    const writing = path.join(this.#folder, writingPrefix + name);
    try {
      rmSync(writing, { recursive: true, force: true });
      mkdirSync(writing);
      const [weightsFile, momentsFile] = tensorFiles;
      const weights = await writeTensors(path.join(writing, weightsFile), checkpoint.weights);
      const moments = await writeTensors(path.join(writing, momentsFile), checkpoint.moments);
      const files: Record<string, WrittenFile> = { [weightsFile]: weights, [momentsFile]: moments };
      const state: CheckpointState = { ...checkpoint.state, files };
      const stateText = JSON.stringify(state, null, 2) + "\n";
      await writeDurably(path.join(writing, stateFile), stateText);
      syncDirectory(writing);
      await writeDurably(path.join(writing, checkpointDoneFile), doneText(stateText));
      syncDirectory(writing);
      // In the way can only be a damaged one that resume passed over: a whole one would have been resumed from.
      this.#discard(name);
      renameOver(writing, path.join(this.#folder, name));
      syncDirectory(this.#folder);
      this.#trusted.add(name);
      const bytes = weights.bytes + moments.bytes + Buffer.byteLength(stateText) + doneText(stateText).length;
      this.#options.journal.event({ type: "checkpointSaved", step, name, bytes, kept: [...reasons] });
    } catch (error) {
      rmSync(writing, { recursive: true, force: true });
      throw asExpected(error, this.#folder);
    }
    this.#applyRetention(step);
  }

  #applyRetention(step: number): void {
    // Of a later step are only damaged ones that resume passed over: they must not take a good one's place.
    const good = listCheckpoints(this.#options.run).flatMap(({ name, step: at, state }) =>
      state === null || at > step ? [] : [{ name, step: at, reasons: state.reasons }],
    );
    for (const { name } of superseded(good, this.#options.keep)) {
      try {
        this.#discard(name);
      } catch (error) {
        // On Windows, a program that reads its files is in the way. The checkpoint just saved is good all the same.
        const code = errorCode(error);
        if (code === null) throw error;
        this.#options.say(`Checkpoint ${name} cannot be removed now (${code}); the next one saved tries again.`);
        continue;
      }
      this.#options.journal.event({ type: "checkpointRemoved", step, name });
    }
  }

  #discard(name: string): void {
    const place = path.join(this.#folder, name);
    if (!existsSync(place)) return;
    const trash = path.join(this.#folder, trashPrefix + name);
    rmSync(trash, { recursive: true, force: true });
    renameOver(place, trash);
    rmSync(trash, { recursive: true, force: true });
    this.#trusted.delete(name);
  }

  #complain({ name, condition }: StoredCheckpoint, sentence: string): void {
    if (this.#complainedOf.has(name)) return;
    this.#complainedOf.add(name);
    const how = condition === "partial" ? "incomplete" : "corrupt";
    this.#options.say(`Checkpoint ${name} is ${how} and passed over: ${sentence}`);
  }
}

function openCheckpoint(directory: string, state: CheckpointState): Checkpoint {
  const [weights, moments] = tensorFiles.map((file) => new TensorReader(path.join(directory, file)));
  if (weights === undefined || moments === undefined) throw new Error("internal: a checkpoint has two tensor files.");
  return { state, weights: (name) => weights.read(name), moments: (name) => moments.read(name) };
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
