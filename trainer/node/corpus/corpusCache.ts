/**
 * Text to token shards, once per content: `<cache>/<key>/{train,evaluation}.tokens facts.json`.
 *
 * The key is a hash over the files' contents and what of the schedule decides the rows; names and times do not matter.
 * An entry is built beside its place and renamed there; one that is not whole is built again.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Corpus } from "../../data/batches.ts";
import type { PreparedFacts } from "../../data/prepare.ts";
import type { Schedule } from "../../protocol/config.ts";
import type { Problem } from "../../protocol/errors.ts";
import { parseValue } from "../../protocol/parse.ts";
import { parseJson } from "../../protocol/readers.ts";
import { array, integer, literal, number, object, string } from "../../protocol/shape.ts";
import { findCorpusFiles } from "./corpusFiles.ts";
import { hashFiles, packShards, type CorpusRequest, type HashedFile } from "./corpusPacking.ts";
import { badLineWarnings, checkRows } from "./corpusProblems.ts";
import { openTokenShard, type TokenShard } from "./tokenShards.ts";

/** Grows when the same text and schedule come to other rows: entries of older versions are then left alone. */
const cacheVersion = 1;
const staleMilliseconds = 24 * 3600 * 1000;
/** A corpus ready for batches; `close` lets go of its files. */
export interface OpenCorpus extends Corpus {
  readonly facts: PreparedFacts & { readonly files: number; readonly contentHash: string };
  /** Bad lines of JSONL files; the same from the cache as when it was built. */
  readonly warnings: readonly Problem[];
  readonly cache: "found" | "built" | "rebuilt";
  close(): void;
}

const count = (doc: string) => integer(doc, { minimum: 0 });
const badLine = object("A line of a JSONL file without a document.", {
  glob: count("Which of the schedule's globs."),
  sentence: string("Where and why."),
});
const factsShape = object("What an entry of the cache came to.", {
  version: literal("Version of the entry.", cacheVersion),
  documents: count("Documents."),
  trainRows: count("Rows."),
  evaluationRows: count("Rows."),
  trainTokens: count("Tokens."),
  evaluationTokens: count("Tokens."),
  droppedTokens: count("Tokens."),
  unigramEntropy: number("Nats per token.", { minimum: 0 }),
  badLines: array("The first of them.", badLine),
  badLineCount: count("All of them."),
});

/** Finds the schedule's text, packs it unless that was done before, and opens the rows. Expected errors name the schedule's path. */
export async function openCorpus(request: CorpusRequest): Promise<OpenCorpus> {
  const { schedule, cacheDirectory } = request;
  const files = await hashFiles(await findCorpusFiles(schedule.data.files, request.scheduleFile), request);
  await mkdir(cacheDirectory, { recursive: true });
  await removeStale(cacheDirectory);
  const entry = join(cacheDirectory, entryKey(schedule, files));

  const found = await openEntry(entry, files);
  if (found) return usable({ ...found, cache: "found" }, schedule);
  const damaged = await stat(entry).then(
    () => true,
    () => false,
  );
  if (damaged) await rm(entry, { recursive: true, force: true });
  await buildEntry(entry, files, request);
  const built = await openEntry(entry, files);
  if (!built) throw new Error(`${entry} cannot be read back.`);
  return usable({ ...built, cache: damaged ? "rebuilt" : "built" }, schedule);
}

function usable(corpus: OpenCorpus, schedule: Schedule): OpenCorpus {
  try {
    checkRows(corpus, schedule);
    return corpus;
  } catch (error) {
    corpus.close();
    throw error;
  }
}

function entryKey(schedule: Schedule, files: readonly HashedFile[]): string {
  const { evaluationShare, seed, textField } = schedule.data;
  const decides = {
    cacheVersion,
    tokenizer: schedule.tokenizer,
    length: schedule.batch.length,
    evaluationShare,
    seed,
    files: files.map((file) => [file.kind === "jsonLines" ? { textField } : {}, file.sha256.toString("hex")]),
  };
  return createHash("sha256").update(JSON.stringify(decides)).digest("hex").slice(0, 32);
}

async function buildEntry(entry: string, files: readonly HashedFile[], request: CorpusRequest): Promise<void> {
  const temporary = `${entry}.${process.pid}-${randomUUID().slice(0, 8)}.tmp`;
  await mkdir(temporary);
  try {
    const facts = { version: cacheVersion, ...(await packShards(temporary, files, request)) };
    await writeFile(join(temporary, "facts.json"), `${JSON.stringify(facts, null, 2)}\n`, { flush: true });
    try {
      await rename(temporary, entry);
    } catch (error) {
      // Another process built the same entry in the meantime: its rows are the same.
      const theirs = await openEntry(entry, files);
      theirs?.close();
      if (!theirs) throw error;
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The entry, whole and checked, or null when there is none or it is damaged. */
async function openEntry(entry: string, files: readonly HashedFile[]): Promise<Omit<OpenCorpus, "cache"> | null> {
  const text = await readFile(join(entry, "facts.json"), "utf8").catch(() => "");
  const parsed = parseJson(text, (value) => parseValue(factsShape, value));
  if (!parsed.ok) return null;
  const train = openTokenShard(join(entry, "train.tokens"));
  if (typeof train === "string") return null;
  const evaluation = openTokenShard(join(entry, "evaluation.tokens"));
  if (typeof evaluation === "string") {
    train.close();
    return null;
  }
  const { version: _, badLines, badLineCount, ...facts } = parsed.value;
  const close = (): void => {
    train.close();
    evaluation.close();
  };
  if (train.rows !== facts.trainRows || evaluation.rows !== facts.evaluationRows) {
    close();
    return null;
  }
  return {
    train,
    evaluation,
    facts: { files: files.length, contentHash: contentHash(train, evaluation), ...facts },
    warnings: badLineWarnings(badLines, badLineCount),
    close,
  };
}

const contentHash = (train: TokenShard, evaluation: TokenShard): string =>
  createHash("sha256").update(train.header.sha256).update(evaluation.header.sha256).digest("hex");

/** What a build left that was killed: too old for any to be still at work. */
async function removeStale(cacheDirectory: string): Promise<void> {
  for (const name of await readdir(cacheDirectory)) {
    if (!name.endsWith(".tmp")) continue;
    const path = join(cacheDirectory, name);
    const age = Date.now() - (await stat(path).then((found) => found.mtimeMs, Date.now));
    if (age > staleMilliseconds) await rm(path, { recursive: true, force: true });
  }
}
