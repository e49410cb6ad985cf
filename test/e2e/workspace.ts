/** A fresh copy of the fixture workspace with this project's own documents as its text. */
import { globSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

export async function makeWorkspace(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "raptr-workspace-"));
  await cp(path.join(root, "test/fixtures/workspace"), folder, { recursive: true });
  for (const file of globSync(["*.md", "trainer/protocol/*.md"], { cwd: root })) {
    await cp(path.join(root, file), path.join(folder, "text", file.replaceAll(path.sep, "-")));
  }
  return folder;
}

/** Also while a trainer that was just stopped still writes its last lines there. */
export async function removeWorkspace(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
