/** Which Node runs the trainer. Pure: where to look and in what order; `findNode.ts` tries them. */

export interface NodeCandidate {
  /** Where it comes from, for the log: the user's setting, the PATH, the Node or Electron that runs this extension. */
  readonly origin: "setting" | "path" | "host" | "electron";
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
}

export const minimumNode = 22;

/** What the search depends on. */
export interface NodeSearch {
  /** The user's setting; empty = search. */
  readonly configured: string;
  /** The program that runs this extension. */
  readonly execPath: string;
  /** Desktop VS Code runs extensions on Electron; servers (Remote-SSH, code-server) on a plain Node. */
  readonly electron: boolean;
}

/**
 * Candidates in order. A configured path is the only one: if it does not work the user should hear it, not get another.
 * The host's own Node before Electron's, which needs a variable to act as Node.
 */
export function nodeCandidates({ configured, execPath, electron }: NodeSearch): readonly NodeCandidate[] {
  if (configured !== "") return [{ origin: "setting", program: configured, env: {} }];
  const own: NodeCandidate = electron
    ? { origin: "electron", program: execPath, env: { ELECTRON_RUN_AS_NODE: "1" } }
    : { origin: "host", program: execPath, env: {} };
  return [{ origin: "path", program: "node", env: {} }, own];
}

/** What `probe` prints: the real path and the version, one a line. */
export const probeScript = "console.log(process.execPath); console.log(process.versions.node)";

export interface FoundNode extends NodeCandidate {
  readonly version: string;
}

/** Reads the probe's answer; null when it is not a Node that will do. */
export function readProbe(candidate: NodeCandidate, stdout: string): FoundNode | null {
  const [execPath, version] = stdout.trim().split(/\r?\n/);
  if (!execPath || !version || !(Number(version.split(".")[0]) >= minimumNode)) return null;
  return { ...candidate, program: execPath, version };
}
