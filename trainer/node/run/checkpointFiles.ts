/** Looks at checkpoints on disk: which there are, and whether each is whole. Never runs or unpickles anything. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import path from "node:path";
import type { CheckpointState } from "../../protocol/checkpoint.ts";
import { parseCheckpointState, parseJson } from "../../protocol/readers.ts";
import { checkpointDoneFile, checkpointsDirectory, checkpointStep } from "../../protocol/runDirectory.ts";
import { namesIn, readText } from "./runFiles.ts";

export const stateFile = "state.json";
export const tensorFiles = ["weights.safetensors", "moments.safetensors"] as const;

export interface StoredCheckpoint {
  readonly name: string;
  readonly directory: string;
  readonly step: number;
  /** Size of all files. */
  readonly bytes: number;
  /** Null when it is partial or corrupt. */
  readonly state: CheckpointState | null;
  /** Partial: DONE is missing. Corrupt: DONE is there, and the rest is not as it should be. Unverified: sizes are right. */
  readonly condition: "unverified" | "partial" | "corrupt";
  /** What is wrong; empty for an unverified one. */
  readonly sentence: string;
}

/** Newest first. Sizes are checked; contents are not read (`verifyCheckpoint` does). */
export function listCheckpoints(run: string): readonly StoredCheckpoint[] {
  const folder = path.join(run, checkpointsDirectory);
  return namesIn(folder)
    .flatMap((name) => {
      const step = checkpointStep(name);
      return step === null ? [] : [look(path.join(folder, name), name, step)];
    })
    .sort((a, b) => b.step - a.step);
}

function look(directory: string, name: string, step: number): StoredCheckpoint {
  const sizes = new Map(namesIn(directory).map((file) => [file, statSync(path.join(directory, file)).size]));
  const found = { name, directory, step, bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0) };
  const broken = (condition: "partial" | "corrupt", sentence: string): StoredCheckpoint => ({
    ...found,
    ...{ state: null, condition, sentence },
  });
  if (!existsSync(path.join(directory, checkpointDoneFile))) return broken("partial", "DONE is missing.");
  const text = readText(path.join(directory, stateFile)) ?? "";
  if (readText(path.join(directory, checkpointDoneFile)) !== doneText(text))
    return broken("corrupt", `${stateFile} is not what DONE was written for.`);
  const parsed = parseJson(text, parseCheckpointState);
  if (!parsed.ok) return broken("corrupt", `${stateFile}: ${parsed.problems[0]?.sentence ?? "It cannot be read."}`);
  const { files } = parsed.value;
  for (const file of tensorFiles) {
    const [size, stated] = [sizes.get(file), files[file]?.bytes];
    if (size === undefined || size !== stated)
      return broken("corrupt", `${file} has ${size ?? "no"} bytes instead of ${stated ?? "the unstated number"}.`);
  }
  if (parsed.value.step !== step) return broken("corrupt", `${stateFile} is of step ${parsed.value.step}.`);
  return { ...found, state: parsed.value, condition: "unverified", sentence: "" };
}

/** What DONE holds: it vouches for `state.json`, which vouches for the tensors. */
export const doneText = (stateText: string): string => `${createHash("sha256").update(stateText).digest("hex")}\n`;

/** Reads every byte. Null when all is as `state.json` says, else what is wrong. */
export async function verifyCheckpoint(checkpoint: StoredCheckpoint): Promise<string | null> {
  if (checkpoint.state === null) return checkpoint.sentence;
  for (const file of tensorFiles) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(path.join(checkpoint.directory, file), { highWaterMark: 1 << 20 }), hash);
    if (hash.digest("hex") !== checkpoint.state.files[file]?.sha256) return `The bytes of ${file} have changed.`;
  }
  return null;
}
