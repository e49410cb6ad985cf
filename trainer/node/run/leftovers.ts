/** Temporary files that a killed launch left beside the files it was about to replace. Called by the run's holder only. */
import { rmSync } from "node:fs";
import path from "node:path";
import { controlDoneDirectory } from "../../protocol/runDirectory.ts";
import { namesIn } from "./runFiles.ts";

export function removeLeftovers(run: string): void {
  for (const folder of [run, path.join(run, controlDoneDirectory)]) {
    for (const name of namesIn(folder)) if (name.endsWith(".tmp")) rmSync(path.join(folder, name), { force: true });
  }
}
