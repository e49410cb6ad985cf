/** Finds a Node that can run the trainer, by asking each candidate for its version. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import { trainerEnvironment } from "./environment.ts";
import { minimumNode, nodeCandidates, probeScript, readProbe, type FoundNode, type NodeSearch } from "./nodeSearch.ts";

const run = promisify(execFile);

/** Throws an ExpectedError when there is none. */
export async function findNode(search: NodeSearch): Promise<FoundNode> {
  for (const candidate of nodeCandidates(search)) {
    try {
      const env = trainerEnvironment(candidate.env);
      const { stdout } = await run(candidate.program, ["-e", probeScript], { env, timeout: 10_000, windowsHide: true });
      const found = readProbe(candidate, stdout);
      if (found) return found;
    } catch {
      // Not there, or not a Node: the next one.
    }
  }
  const { configured } = search;
  throw configured === ""
    ? new ExpectedError(
        "no-node",
        `No Node.js ${minimumNode} or newer was found.`,
        "Install one, or set `raptr.nodePath` to one that is installed.",
        3,
      )
    : new ExpectedError(
        "no-node",
        `\`raptr.nodePath\` is "${configured}", which is not a Node.js ${minimumNode} or newer.`,
        "Set it to the path of one, or clear it.",
        3,
      );
}

export const searchFrom = (configured: string): NodeSearch => ({
  configured,
  execPath: process.execPath,
  electron: process.versions["electron"] !== undefined,
});

export type { NodeSearch };
