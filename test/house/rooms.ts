/**
 * The rooms of the house and who may import whom: the one table behind the ESLint fence, the TypeScript projects
 * (a test holds their references against it) and the tests.
 *
 * `path` is a folder, or a single file where a room is one file. The longest matching path wins.
 * `pure`: no vscode, no node:*, no DOM, no TensorFlow; ES2023 and nothing else.
 */

export interface Room {
  readonly name: string;
  readonly path: string;
  /** The TypeScript project: a folder, or a tsconfig file. */
  readonly project: string;
  readonly pure?: true;
  readonly imports: readonly string[];
}

const pure = ["protocol", "formats", "plan", "engine"];

export const rooms: readonly Room[] = [
  { name: "protocol", path: "trainer/protocol", project: "trainer/protocol", pure: true, imports: [] },
  { name: "formats", path: "trainer/formats", project: "trainer/formats", pure: true, imports: ["protocol"] },
  { name: "plan", path: "trainer/plan", project: "trainer/plan", pure: true, imports: ["protocol"] },
  { name: "engine", path: "trainer/engine", project: "trainer/engine", pure: true, imports: ["protocol"] },
  // What the loop needs from the world, below the rooms that provide it and the loop that uses it.
  { name: "ports", path: "trainer/ports.ts", project: "trainer/tsconfig.ports.json", pure: true, imports: pure },
  { name: "data", path: "trainer/data", project: "trainer/data", pure: true, imports: [...pure, "ports"] },
  { name: "model", path: "trainer/model", project: "trainer/model", pure: true, imports: [...pure, "ports"] },
  { name: "optim", path: "trainer/optim", project: "trainer/optim", pure: true, imports: [...pure, "ports"] },
  {
    name: "trainer",
    path: "trainer",
    project: "trainer",
    pure: true,
    imports: [...pure, "ports", "data", "model", "optim"],
  },
  { name: "engines", path: "trainer/engines", project: "trainer/engines", imports: pure },
  {
    name: "node",
    path: "trainer/node",
    project: "trainer/node",
    imports: [...pure, "ports", "data", "model", "optim", "trainer", "engines"],
  },
  {
    name: "messages",
    path: "webviews/messages",
    project: "webviews/messages",
    pure: true,
    imports: ["protocol", "plan"],
  },
  { name: "kit", path: "webviews/kit", project: "webviews/kit", imports: ["messages", ...pure] },
  { name: "run", path: "webviews/run", project: "webviews/run", imports: ["messages", "kit", ...pure] },
  { name: "extension", path: "extension", project: "extension", imports: ["messages", ...pure] },
  {
    name: "test",
    path: "test",
    project: "test",
    imports: [
      ...[...pure, "ports", "data", "model", "optim", "trainer", "engines", "node"],
      ...["messages", "kit", "run", "extension"],
    ],
  },
];

/** The room of a file, by its path from the repository root with forward slashes; undefined for what belongs to no room (configuration). */
export function roomOf(file: string): Room | undefined {
  let best: Room | undefined;
  for (const room of rooms) {
    const inside = file === room.path || file.startsWith(`${room.path}/`);
    if (inside && (best === undefined || room.path.length > best.path.length)) best = room;
  }
  return best;
}
