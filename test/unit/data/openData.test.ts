/**
 * From files to batches through the worker and its cache. In one file, as every test opens the same little corpus and
 * differs only in what was done to it.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createBatches } from "../../../trainer/data/batches.ts";
import { openData, type DataProgress, type OpenData, type OpenDataOptions } from "../../../trainer/node/corpus/data.ts";
import { ExpectedError } from "../../../trainer/protocol/errors.ts";
import type { Schedule } from "../../../trainer/protocol/config.ts";
import { packed, restored, shardRows } from "../../support/rows.ts";
import { tinySchedule } from "../../support/tinySchedule.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "raptr-data-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function put(name: string, content: string | Uint8Array): void {
  const path = join(directory, "text", name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

const cacheDirectory = (): string => join(directory, "cache");
const entries = (): readonly string[] => (existsSync(cacheDirectory()) ? readdirSync(cacheDirectory()) : []);

/** A shard of the only entry; rows of 32 tokens. */
const shardOf = (side: string) => shardRows(join(cacheDirectory(), entries()[0] ?? "", `${side}.tokens`), 32);

/** Opens, looks, closes. */
async function withData<T>(
  schedule: Schedule,
  look: (data: OpenData) => Promise<T>,
  more: Partial<OpenDataOptions> = {},
) {
  const data = await openData(schedule, {
    scheduleFile: join(directory, "some.raptr.json"),
    cacheDirectory: cacheDirectory(),
    ...more,
  });
  try {
    return await look(data);
  } finally {
    await data.source.close();
  }
}

/** What must not depend on where the rows came from. */
const contentOf = async ({ source, facts, warnings }: OpenData) => ({
  facts,
  warnings,
  batches: [await source.train(0), await source.train(17), await source.evaluation(0)],
});
const cacheOf = (data: OpenData): Promise<string> => Promise.resolve(data.cache);

async function failure(schedule: Schedule): Promise<ExpectedError> {
  const error: unknown = await withData(schedule, () => Promise.resolve(null)).catch((thrown: unknown) => thrown);
  if (error instanceof ExpectedError) return error;
  throw new Error(`no expected error: ${String(error)}`);
}

const words = (n: number, seed: number): string =>
  Array.from({ length: n }, (_, i) => `w${(i * 7919 + seed * 104729) % 9973}`).join(" ");
const schedule = tinySchedule({
  data: { files: ["text/**/*.txt", "text/*.jsonl"], evaluationShare: 0.3 },
  batch: { size: 4, length: 32, microBatches: 2 },
});

function putCorpus(): void {
  for (let i = 0; i < 20; i++) put(`${i % 3}/${i}.txt`, words(60 + i, i));
  put("more.jsonl", [1, 2, 3].map((i) => JSON.stringify({ text: words(50, 100 + i) })).join("\n") + "\nbroken\n");
}

describe("a corpus", () => {
  test("comes out as rows of its documents, sorted by name, each file once", async () => {
    put("b.txt", "second");
    put("a/z.txt", "first");
    put("empty.txt", "");
    put("mark.txt", Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from("marked"), Buffer.of(0xff)]));
    const one = tinySchedule({
      data: { files: ["text/b.txt", "text/**/*.txt", "./text/*"], evaluationShare: 0.5, seed: 5 },
      batch: { size: 1, length: 4, microBatches: 1 },
    });
    const expected: Buffer[] = [
      Buffer.from("first"),
      Buffer.from("second"),
      Buffer.concat([Buffer.from("marked"), Buffer.of(0xff)]),
    ];
    await withData(one, async ({ source, facts, warnings }) => {
      expect(warnings).toEqual([]);
      expect(facts).toMatchObject({ files: 4, documents: 3 });
      const rows = facts.trainTokens / 4;
      const seen = new Set<string>();
      for (let step = 0; step < rows; step++) {
        const [batch] = await source.train(step);
        seen.add(restored(batch?.ids, batch?.rows, batch?.labels).join());
      }
      // Which documents train is the split's business; those that do are there in order.
      const candidates = [1, 2, 3, 4, 5, 6].map((mask) =>
        packed(
          expected.filter((_, i) => mask & (1 << i)),
          4,
        ),
      );
      expect(candidates.map((each) => new Set(each.map((row) => row.join())))).toContainEqual(seen);
    });
  });

  test("is the same from the cache as when it was built, whatever the files are called", async () => {
    putCorpus();
    const built = await withData(schedule, contentOf);
    expect(built.warnings.map(({ sentence, path }) => [sentence, path])).toEqual([
      ["text/more.jsonl:4: not JSON.", ["data", "files", 1]],
    ]);
    expect(built.facts).toMatchObject({ files: 21, documents: 23 });
    expect(await withData(schedule, contentOf)).toEqual(built);
    expect(await withData(schedule, cacheOf)).toBe("found");
    utimesSync(join(directory, "text/0/0.txt"), 1, 1);
    renameSync(join(directory, "text/0"), join(directory, "text/00"));
    expect(await withData(schedule, cacheOf)).toBe("found");
    expect(entries()).toHaveLength(1);
  });

  test("is packed anew when its content or what shapes the rows changes", async () => {
    putCorpus();
    const { facts } = await withData(schedule, contentOf);
    put("0/0.txt", words(60, 1000));
    const changed = await withData(schedule, contentOf);
    expect(changed.facts.contentHash).not.toBe(facts.contentHash);
    expect(await withData({ ...schedule, batch: { ...schedule.batch, length: 16 } }, cacheOf)).toBe("built");
    expect(await withData({ ...schedule, data: { ...schedule.data, seed: 9 } }, cacheOf)).toBe("built");
    expect(await withData({ ...schedule, seed: 99 }, cacheOf)).toBe("found");
    expect(entries()).toHaveLength(4);
  });

  test("takes the field of a JSONL line that the schedule names, and caches each by itself", async () => {
    const lines = Array.from({ length: 60 }, (_, i) =>
      JSON.stringify({ text: words(20, i), body: words(20, 100 + i) }),
    );
    put("lines.jsonl", lines.join("\n"));
    const named = (textField: string): Schedule => {
      const files = ["text/*.jsonl"];
      return { ...schedule, data: { ...schedule.data, files, textField } };
    };
    const text = await withData(named("text"), contentOf);
    const body = await withData(named("body"), contentOf);
    expect(body.facts.documents).toBe(text.facts.documents);
    expect(body.facts.contentHash).not.toBe(text.facts.contentHash);
    expect(await withData(named("text"), contentOf)).toEqual(text);
    expect((await failure(named("story"))).problems.map(({ path }) => path)).toContainEqual(["data", "files"]);
  });

  const flip = (path: string): void => {
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(path, bytes);
  };
  test.each<[string, (entry: string) => void]>([
    ["a changed row", (entry) => flip(join(entry, "train.tokens"))],
    ["a shorter shard", (entry) => truncateSync(join(entry, "evaluation.tokens"), 70)],
    ["an empty shard", (entry) => truncateSync(join(entry, "train.tokens"), 0)],
    ["a missing shard", (entry) => rmSync(join(entry, "evaluation.tokens"))],
    ["unreadable facts", (entry) => writeFileSync(join(entry, "facts.json"), "{")],
    ["facts of others", (entry) => writeFileSync(join(entry, "facts.json"), '{"version":1}')],
  ])("is packed again when the cache has %s", async (_, damage) => {
    putCorpus();
    const built = await withData(schedule, contentOf);
    damage(join(cacheDirectory(), entries()[0] ?? ""));
    expect(await withData(schedule, cacheOf)).toBe("rebuilt");
    expect(await withData(schedule, contentOf)).toEqual(built);
  });

  test("may be opened by several at once", async () => {
    putCorpus();
    const all = await Promise.all([1, 2, 3].map(() => withData(schedule, contentOf)));
    expect(all[1]).toEqual(all[0]);
    expect(all[2]).toEqual(all[0]);
    expect(entries()).toHaveLength(1);
  });

  test("of files larger than any buffer is packed without a seam", async () => {
    const large = Buffer.from(words(600_000, 3));
    expect(large.length).toBeGreaterThan(3 << 20);
    // First by name: it stands at the beginning of its side's rows, whichever side that is.
    put("0large.txt", large);
    put("more.jsonl", JSON.stringify({ text: "more" }));
    for (let i = 0; i < 8; i++) put(`small${i}.txt`, words(30, i));
    const told: DataProgress[] = [];
    await withData(schedule, () => Promise.resolve(), { onProgress: (progress) => told.push(progress) });
    const expected = packed([large], 32);
    const side = ["train", "evaluation"].map(shardOf).find(({ rows }) => rows >= expected.length);
    for (const [index, row] of expected.entries()) {
      const found = await side?.read(index);
      if (!found || found.some((token, at) => token !== row[at])) throw new Error(`row ${index} is another`);
    }
    expect(told.map(({ phase }) => phase)).toEqual(expect.arrayContaining(["hashing", "packing"]));
    for (const { files, totalFiles, bytes, totalBytes } of told) {
      expect(files).toBeLessThanOrEqual(totalFiles);
      expect(bytes).toBeLessThanOrEqual(totalBytes);
    }
    expect(told.at(-1)).toMatchObject({ phase: "packing", files: 10, totalFiles: 10 });
  });
});

describe("batches from the worker", () => {
  test("are those of the rows, for any order of asking", async () => {
    putCorpus();
    await withData(schedule, async ({ source, facts }) => {
      const corpus = { train: shardOf("train"), evaluation: shardOf("evaluation") };
      const plain = createBatches(schedule, corpus);
      expect([facts.trainTokens, facts.evaluationTokens]).toEqual([
        corpus.train.rows * 32,
        corpus.evaluation.rows * 32,
      ]);
      for (const step of [0, 1, 2, 3, 9, 8, 2, 2, 100, 101, 0]) {
        expect(await source.train(step)).toEqual(await plain.train(step));
        expect(await source.evaluation(step % 3)).toEqual(await plain.evaluation(step % 3));
      }
      expect(await Promise.all([5, 4, 6].map((step) => source.train(step)))).toEqual(
        await Promise.all([5, 4, 6].map((step) => plain.train(step))),
      );
    });
  });

  test("after the end are refused; closing twice is fine", async () => {
    putCorpus();
    const data = await withData(schedule, (open) => Promise.resolve(open));
    await data.source.close();
    await expect(data.source.train(0)).rejects.toThrow("ended");
  });
});

describe("a schedule whose data will not do", () => {
  const reports = (error: ExpectedError) => error.problems.map(({ path, code }) => [path.join("."), code]);

  test("globs without a match, each at its place", async () => {
    put("a.txt", "text");
    const error = await failure(tinySchedule({ data: { files: ["none/*.md", "text/a.txt", "text"] } }));
    expect(error.exitCode).toBe(2);
    expect(reports(error)).toEqual([
      ["data.files.0", "no-files"],
      ["data.files.2", "no-files"],
    ]);
    expect(error.sentence).toContain('"none/*.md" matches no file');
  });

  test("no text", async () => {
    put("a.txt", "");
    put("b.jsonl", '{"body":"x"}\n');
    const error = await failure(tinySchedule({ data: { files: ["text/*"] } }));
    expect(reports(error)).toEqual([
      ["data.files", "no-text"],
      ["data.files.0", "bad-line"],
    ]);
  });

  test("less than a batch, and nothing to evaluate on", async () => {
    put("a.txt", "only a few words, and all of them in one document");
    const error = await failure(tinySchedule({ batch: { size: 64, length: 8, microBatches: 1 } }));
    expect(error.exitCode).toBe(2);
    const both = await failure(
      tinySchedule({ data: { files: ["text/*.txt"], evaluationShare: 0.001 }, batch: { size: 64, length: 8 } }),
    );
    expect(reports(both)).toEqual([
      ["data.files", "too-little-text"],
      ["data.evaluationShare", "no-evaluation-text"],
    ]);
    expect(both.problems.every(({ remedy }) => remedy.length > 10)).toBe(true);
  });
});

describe("cancelling", () => {
  test("before the start and while the text is read leaves nothing behind", async () => {
    for (let i = 0; i < 300; i++) put(`${i}.txt`, words(3000, i));
    await expect(withData(schedule, cacheOf, { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow(
      "before",
    );
    for (const phase of ["hashing", "packing"] as const) {
      const cancel = new AbortController();
      const opening = withData(tinySchedule({ data: { files: ["text/*.txt"] } }), cacheOf, {
        signal: cancel.signal,
        onProgress: (progress) => {
          if (progress.phase === phase && progress.files < progress.totalFiles) cancel.abort(new Error("enough"));
        },
      });
      await expect(opening).rejects.toThrow("enough");
      expect(entries()).toEqual([]);
    }
  });
});
