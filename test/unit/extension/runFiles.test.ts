import { appendFile, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { untranslated } from "../../../extension/host/translate.ts";
import { requestControl } from "../../../extension/runs/controls.ts";
import { EventLog } from "../../../extension/runs/eventLog.ts";
import { Lines } from "../../../extension/runs/lines.ts";
import { Tail } from "../../../extension/runs/tail.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), "raptr-files-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = async (tail: Tail): Promise<string> => {
  const { bytes, restarted } = await tail.read();
  return `${restarted ? "restarted: " : ""}${new TextDecoder().decode(bytes)}`;
};

test("a tail reads what was appended, once; a missing file is empty", async () => {
  const file = path.join(folder, "log");
  const tail = new Tail(file);
  expect(await text(tail)).toBe("");
  await writeFile(file, "one");
  expect(await text(tail)).toBe("one");
  await appendFile(file, "two");
  expect(await text(tail)).toBe("two");
  expect(await text(tail)).toBe("");
});

test("a tail begins anew when the file is cut or replaced", async () => {
  const file = path.join(folder, "log");
  const tail = new Tail(file);
  await writeFile(file, "a long beginning");
  await text(tail);
  await truncate(file, 0);
  await appendFile(file, "cut");
  expect(await text(tail)).toBe("restarted: cut");
  await writeFile(path.join(folder, "other"), "replaced");
  await rename(path.join(folder, "other"), file);
  expect(await text(tail)).toBe("restarted: replaced");
});

test("lines are whole however their bytes arrive", () => {
  const bytes = new TextEncoder().encode("ärger\n→ zwei\nrest");
  for (let size = 1; size <= bytes.length; size++) {
    const lines = new Lines();
    const read: string[] = [];
    for (let at = 0; at < bytes.length; at += size) read.push(...lines.push(bytes.subarray(at, at + size)));
    expect(read).toEqual(["ärger", "→ zwei"]);
  }
});

const event = (step: number): string =>
  JSON.stringify({ time: "2026-11-01T10:00:00.000Z", launch: 1, step, type: "paused" });

test("the journal keeps good lines, reports bad ones by number, and waits for torn ones", async () => {
  const file = path.join(folder, "events.ndjson");
  const problems: string[] = [];
  const log = new EventLog(file, (sentence) => problems.push(sentence));
  await writeFile(file, `${event(1)}\nnot json\n${event(2).slice(0, 20)}`);
  expect((await log.advance()).events.map(({ step }) => step)).toEqual([1]);
  await appendFile(file, `${event(2).slice(20)}\n`);
  expect((await log.advance()).events.map(({ step }) => step)).toEqual([2]);
  expect(log.events.map(({ step }) => step)).toEqual([1, 2]);
  expect(problems).toEqual([expect.stringMatching(/^line 2: /)]);
});

test("a request is answered through the mailbox", async () => {
  const options = { timeoutMilliseconds: 5000, now: () => new Date("2026-11-01T10:00:00Z") };
  const answered = requestControl(folder, "pause", untranslated, options);
  const control = path.join(folder, "control");
  const name = await firstFile(control, (each) => each.endsWith(".json"));
  const { id } = JSON.parse(await readFile(path.join(control, name), "utf8")) as { id: string };
  expect(name).toBe(`${id}.json`);
  expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
  const answer = { id, action: "pause", by: "VS Code", time: "2026-11-01T10:00:00.000Z" };
  await writeFile(
    path.join(control, "done", name),
    JSON.stringify({ ...answer, accepted: true, sentence: "Pausing after this step." }),
  );
  expect(await answered).toMatchObject({ accepted: true, sentence: "Pausing after this step." });
});

test("a request that nobody answers is withdrawn, so that it does not act on a later launch", async () => {
  const options = { timeoutMilliseconds: 100, now: () => new Date("2026-11-01T10:00:00Z") };
  await expect(requestControl(folder, "stop-now", untranslated, options)).rejects.toMatchObject({ code: "no-answer" });
  expect(await readdir(path.join(folder, "control"))).toEqual(["done"]);
});

async function firstFile(directory: string, fits: (name: string) => boolean): Promise<string> {
  for (;;) {
    const name = (await readdir(directory).catch(() => [])).find(fits);
    if (name !== undefined) return name;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
