/** Reads a corpus twice, in pieces of bounded size: once for its hashes, once to pack it into token shards. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Preparation, type PreparedFacts } from "../../data/prepare.ts";
import type { Schedule } from "../../protocol/config.ts";
import { readChunks, type CorpusFile } from "./corpusFiles.ts";
import { corpusChanged } from "./corpusProblems.ts";
import { digestOf, JsonLines } from "./jsonLines.ts";
import { TokenShardWriter } from "./tokenShards.ts";

const chunkBytes = 1 << 20;
/** Bad lines told one by one; the rest as a number. */
const maximumBadLines = 20;

export interface DataProgress {
  readonly phase: "hashing" | "packing";
  readonly files: number;
  readonly totalFiles: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

/** What the work of one launch needs to know. */
export interface CorpusRequest {
  readonly schedule: Schedule;
  readonly scheduleFile: string;
  readonly cacheDirectory: string;
  readonly onProgress: (progress: DataProgress) => void;
  readonly signal: AbortSignal;
}

export interface HashedFile extends CorpusFile {
  readonly sha256: Buffer;
  readonly bytes: number;
}

export interface PackedFacts extends PreparedFacts {
  /** The first lines of JSONL files that hold no document. */
  readonly badLines: readonly { readonly glob: number; readonly sentence: string }[];
  readonly badLineCount: number;
}

/** The files with the SHA-256 of their contents. */
export async function hashFiles(files: readonly CorpusFile[], request: CorpusRequest): Promise<readonly HashedFile[]> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file.path)).size));
  const tell = progressOf("hashing", sizes, request);
  const buffer = new Uint8Array(chunkBytes);
  const hashed: HashedFile[] = [];
  for (const file of files) {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of readChunks(file.path, buffer)) {
      hash.update(chunk);
      bytes += chunk.length;
      tell.bytes(chunk.length);
    }
    hashed.push({ ...file, sha256: hash.digest(), bytes });
    tell.file();
  }
  return hashed;
}

/** Writes `train.tokens` and `evaluation.tokens` to `directory`, which has neither. */
export async function packShards(
  directory: string,
  files: readonly HashedFile[],
  request: CorpusRequest,
): Promise<PackedFacts> {
  const { schedule } = request;
  const { length } = schedule.batch;
  const writers = {
    train: new TokenShardWriter(join(directory, "train.tokens"), length),
    evaluation: new TokenShardWriter(join(directory, "evaluation.tokens"), length),
  };
  let open = true;
  try {
    const preparation = new Preparation(schedule, (side, row) => writers[side].append(row));
    const bad = await packFiles(files, preparation, request);
    writers.train.finish();
    writers.evaluation.finish();
    open = false;
    return { ...preparation.finish(), ...bad };
  } finally {
    if (open) for (const writer of Object.values(writers)) writer.abandon();
  }
}

async function packFiles(
  files: readonly HashedFile[],
  preparation: Preparation,
  request: CorpusRequest,
): Promise<Pick<PackedFacts, "badLines" | "badLineCount">> {
  const tell = progressOf(
    "packing",
    files.map((file) => file.bytes),
    request,
  );
  const buffer = new Uint8Array(chunkBytes);
  const badLines: { glob: number; sentence: string }[] = [];
  let badLineCount = 0;
  for (const file of files) {
    const hash = createHash("sha256");
    const reader =
      file.kind === "jsonLines"
        ? new JsonLines(request.schedule.data.textField, preparation, (line, why) => {
            badLineCount += 1;
            const sentence = `${file.name}:${line}: ${why}.`;
            if (badLines.length < maximumBadLines) badLines.push({ glob: file.glob, sentence });
          })
        : wholeDocument(file, preparation);
    for await (const chunk of readChunks(file.path, buffer)) {
      hash.update(chunk);
      reader.push(chunk);
      tell.bytes(chunk.length);
    }
    reader.end();
    if (!hash.digest().equals(file.sha256)) throw corpusChanged(file.name);
    tell.file();
  }
  return { badLines, badLineCount };
}

/** A text file is one document: its bytes as they stand, valid UTF-8 or not, less a byte order mark. An empty one is none. */
function wholeDocument(file: HashedFile, preparation: Preparation): { push(chunk: Uint8Array): void; end(): void } {
  let first = true;
  if (file.bytes > 0) preparation.beginDocument(digestOf(file.sha256));
  return {
    push(chunk) {
      const marked = first && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;
      first = false;
      preparation.text(marked ? chunk.subarray(3) : chunk);
    },
    end() {
      if (file.bytes > 0) preparation.endDocument();
    },
  };
}

/** Tells progress at most every 100 files or 16 MiB, and stops the work once it is cancelled. */
function progressOf(
  phase: DataProgress["phase"],
  sizes: readonly number[],
  { onProgress, signal }: CorpusRequest,
): { bytes(count: number): void; file(): void } {
  const totals = { totalFiles: sizes.length, totalBytes: sizes.reduce((sum, size) => sum + size, 0) };
  let files = 0;
  let bytes = 0;
  let toldFiles = 0;
  let toldBytes = 0;
  const tell = (): void => {
    signal.throwIfAborted();
    const due = files - toldFiles >= 100 || bytes - toldBytes >= 16 << 20 || files === totals.totalFiles;
    if (!due) return;
    toldFiles = files;
    toldBytes = bytes;
    onProgress({ phase, files, bytes, ...totals });
  };
  return {
    bytes(count) {
      bytes += count;
      tell();
    },
    file() {
      files += 1;
      tell();
    },
  };
}
