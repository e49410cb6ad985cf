/** Finds a Node that can run the trainer, by asking each candidate for its version. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ExpectedError } from "../../trainer/protocol/errors.ts";
import type { Translate } from "../host/translate.ts";
import { trainerEnvironment } from "./environment.ts";
import { minimumNode, nodeCandidates, probeScript, readProbe, type FoundNode, type NodeSearch } from "./nodeSearch.ts";

const run = promisify(execFile);

/** Throws an ExpectedError when there is none. */
export async function findNode(search: NodeSearch, t: Translate): Promise<FoundNode> {
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
        t("No Node.js {0} or newer was found.", minimumNode),
        t("Install one, or set `raptr.nodePath` to one that is installed."),
        3,
      )
    : new ExpectedError(
        "no-node",
        t('`raptr.nodePath` is "{0}", which is not a Node.js {1} or newer.', configured, minimumNode),
        t("Set it to the path of one, or clear it."),
        3,
      );
}

export const searchFrom = (configured: string): NodeSearch => ({
  configured,
  execPath: process.execPath,
  electron: process.versions["electron"] !== undefined,
});

export type { NodeSearch };
