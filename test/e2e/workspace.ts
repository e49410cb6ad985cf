/** A fresh copy of the fixture workspace with this project's own documents as its text. */
import { globSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Lease } from "../../trainer/protocol/lease.ts";
import { parseLease } from "../../trainer/protocol/readers.ts";

const root = path.resolve(import.meta.dirname, "../..");

export async function makeWorkspace(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "raptr-workspace-"));
  await cp(path.join(root, "test/fixtures/workspace"), folder, { recursive: true });
  const pages = await Promise.all(
    globSync(["*.md", "trainer/**/*.md"], { cwd: root }).map((file) => readFile(path.join(root, file), "utf8")),
  );
  // One paragraph a document: enough of them that the split leaves some for evaluation, whatever the pages say.
  const paragraphs = pages.flatMap((page) => page.split(/\n{2,}/)).filter((paragraph) => paragraph.length > 80);
  await writeFile(path.join(folder, "text.jsonl"), paragraphs.map((text) => JSON.stringify({ text }) + "\n").join(""));
  return folder;
}

/** The leases of the workspace's runs. */
export async function leasesIn(folder: string): Promise<Lease[]> {
  const files = globSync("runs/*/lease.json", { cwd: folder });
  const read = files.map(async (file) => parseLease(JSON.parse(await readFile(path.join(folder, file), "utf8"))));
  return (await Promise.all(read)).flatMap((parsed) => (parsed.ok ? [parsed.value] : []));
}

/** Ends the trainers that still hold a run there, then removes it. */
export async function removeWorkspace(folder: string): Promise<void> {
  for (const { state, pid } of await leasesIn(folder)) if (state !== "ended") end(pid);
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
