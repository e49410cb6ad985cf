/** Habits that a machine can hold: no circular imports, small files. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { cyclesIn } from "./cycles.ts";

const sources = globSync("{trainer,webviews,extension,test}/**/*.ts").filter(
  (file) => !file.includes("node_modules") && !file.endsWith(".d.ts"),
);
const textOf = new Map(sources.map((file) => [file, readFileSync(file, "utf8")]));

describe("circular imports", () => {
  it("are found where there are some", () => {
    const graph = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["b"]],
      ["d", []],
    ]);
    expect(cyclesIn(graph)).toEqual([["b", "c"]]);
  });

  it("are nowhere in the houses", () => {
    const graph = new Map([...textOf].map(([file, text]) => [file, importsOf(file, text)]));
    const edges = [...graph.values()].flat();
    expect(edges.length).toBeGreaterThan(50);
    expect(edges.filter((file) => file.endsWith(".ts") && !graph.has(file) && !file.endsWith(".d.ts"))).toEqual([]);
    expect(cyclesIn(graph)).toEqual([]);
  });
});

describe("file lengths", () => {
  const lengths = sources.map((file) => ({ file, lines: (textOf.get(file) ?? "").split("\n").length }));

  it("have a median under 100 lines", () => {
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[sorted.length >> 1]).toBeLessThan(100);
  });

  it("past 300 lines, the file says in its first comment why it is one", () => {
    const long = lengths.filter(({ lines }) => lines > 300).map(({ file }) => file);
    expect(
      long.filter(
        (file) => !/^\/\*\*[^]*?\b(one file|one thing|in one place)\b[^]*?\*\//i.test(textOf.get(file) ?? ""),
      ),
    ).toEqual([]);
  });
});

/** The files that `file` imports for their values: a type-only import leaves nothing behind to go round in circles. */
function importsOf(file: string, text: string): string[] {
  const statements = text.matchAll(/^(?:import|export)\s(?!type\b)[^"';]*?from\s+"(\.[^"]+)"|^import\s+"(\.[^"]+)"/gm);
  return [...statements].map(([, from, bare]) => path.posix.join(path.posix.dirname(file), from ?? bare ?? ""));
}
