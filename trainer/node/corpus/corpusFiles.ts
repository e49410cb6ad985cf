/** The files that a schedule's globs name, read in pieces of bounded size. */
import { glob, open } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { Problem } from "../../protocol/errors.ts";
import { dataError, noMatch } from "./corpusProblems.ts";

export interface CorpusFile {
  readonly path: string;
  /** Relative to the schedule, with "/" on every system: what order and messages go by. */
  readonly name: string;
  readonly kind: "text" | "jsonLines";
  /** Which of the schedule's globs named it first. */
  readonly glob: number;
}

/** Regular files that `globs` match, each once, in the order of their names. A glob without a match is an expected error. */
export async function findCorpusFiles(globs: readonly string[], scheduleFile: string): Promise<readonly CorpusFile[]> {
  const directory = dirname(resolve(scheduleFile));
  const found = new Map<string, CorpusFile>();
  const problems: Problem[] = [];
  for (const [index, pattern] of globs.entries()) {
    let matches = 0;
    for await (const entry of glob(pattern, { cwd: directory, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      matches += 1;
      const path = join(entry.parentPath, entry.name);
      const name = relative(directory, path).replaceAll("\\", "/");
      const kind = /\.jsonl$/i.test(name) ? "jsonLines" : "text";
      if (!found.has(path)) found.set(path, { path, name, kind, glob: index });
    }
    if (matches === 0) problems.push(noMatch(pattern, index, directory));
  }
  const [first, ...rest] = problems;
  if (first) throw dataError([first, ...rest]);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Chunks of a file; each is valid until the next is asked for. */
export async function* readChunks(path: string, buffer: Uint8Array): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r");
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
