/** The TypeScript projects say the same as the table of rooms, so that `tsc -b` holds the same fences as ESLint. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { rooms } from "./rooms.ts";
import type { Room } from "./rooms.ts";

const configOf = (room: Room) => (room.project.endsWith(".json") ? room.project : `${room.project}/tsconfig.json`);

interface Config {
  readonly references?: readonly { readonly path: string }[];
  readonly compilerOptions?: { readonly lib?: readonly string[]; readonly types?: readonly string[] };
}

function read(file: string): Config {
  const { config, error } = ts.parseConfigFileTextToJson(file, readFileSync(file, "utf8"));
  if (error) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(error.messageText, " ")}`);
  return config;
}

function references(file: string): string[] {
  const folder = path.posix.dirname(file);
  return (read(file).references ?? []).map((reference) => path.posix.join(folder, reference.path)).sort();
}

describe("the TypeScript projects", () => {
  it.each(rooms.map((room) => [room.name, room] as const))("%s references the rooms it may import", (_, room) => {
    const allowed = rooms.filter(({ name }) => room.imports.includes(name)).map(({ project }) => project);
    expect(references(configOf(room))).toEqual(allowed.sort());
  });

  it.each(rooms.filter((room) => room.pure).map((room) => [room.name, room] as const))(
    "%s, a pure room, adds no library and no ambient types",
    (_, room) => {
      expect(read(configOf(room)).compilerOptions).toBeUndefined();
    },
  );

  it("are all in the solution", () => {
    expect(references("tsconfig.json")).toEqual(rooms.map(({ project }) => project).sort());
  });

  it("hold every TypeScript file of the houses", () => {
    const held = new Set(rooms.flatMap((room) => filesOf(configOf(room))));
    const written = globSync("{trainer,webviews,extension,test}/**/*.ts").filter(isTypeScript);
    expect(written.length).toBeGreaterThan(20);
    expect(written.filter((file) => !held.has(file))).toEqual([]);
  });
});

/** AssemblyScript has the same file names and another language. */
function isTypeScript(file: string): boolean {
  return !file.startsWith("trainer/engines/cpu/kernels/assembly/") && !file.includes("node_modules");
}

function filesOf(config: string): string[] {
  const parsed = ts.parseJsonConfigFileContent(read(config), ts.sys, path.resolve(path.dirname(config)));
  return parsed.fileNames.map((file) => path.relative(process.cwd(), file).split(path.sep).join("/"));
}
