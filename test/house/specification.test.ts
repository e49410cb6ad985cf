import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";
import * as runDirectory from "../../trainer/protocol/runDirectory.ts";
import { generatedFiles } from "./specification.ts";

const protocol = new URL("../../trainer/protocol/", import.meta.url);
const generated = await generatedFiles();

describe("the run directory's specification says what the source says", () => {
  test.each([...generated.keys()].map((path) => [basename(path), path]))("%s", (_, path) => {
    expect(readFileSync(path, "utf8"), "run `npm run specification`").toBe(generated.get(path));
  });

  test("there is no other schema", () => {
    const there = readdirSync(new URL("schema/", protocol)).sort();
    const known = [...generated.keys()].map((path) => basename(path)).filter((name) => name !== "README.md");
    expect(there).toEqual(known.sort());
  });

  test("it names every file and directory that the source names", () => {
    const readme = readFileSync(new URL("README.md", protocol), "utf8");
    const names = Object.values(runDirectory).map((each) =>
      typeof each === "function" ? String(Reflect.apply(each, null, [1])) : each,
    );
    const told = names.filter((name) => name !== "null" && !name.startsWith("step-"));
    expect(told.length).toBeGreaterThan(10);
    for (const name of told) expect(readme).toContain(name.split("/").at(-1));
    expect(readme).toContain(runDirectory.checkpointName(12000));
  });
});
