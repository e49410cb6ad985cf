/** Choosing an engine: by name, by preference, and what is said when none will do. */
import { describe, expect, test } from "vitest";
import type { EngineFactory } from "../../trainer/engine/factory.ts";
import { cpuEngine } from "../../trainer/engines/cpu/factory.ts";
import { chooseEngine, engines } from "../../trainer/engines/registry.ts";

const refused = (name: string): EngineFactory => ({
  name,
  probe: async () => ({ state: "refused", name, reason: `${name} is not here.`, remedy: `Install ${name}.` }),
  create: () => Promise.reject(new Error("internal: a refused engine was created")),
});

describe("chooseEngine", () => {
  test("auto takes the first that is ready", async () => {
    const { factory, probe } = await chooseEngine("auto", [refused("first"), cpuEngine, refused("last")]);
    expect([factory, probe.name]).toEqual([cpuEngine, "cpu"]);
  });

  test("with none ready, every refusal and remedy is told, exit code 3", async () => {
    await expect(chooseEngine("auto", [refused("first"), refused("last")])).rejects.toMatchObject({
      name: "ExpectedError",
      exitCode: 3,
      remedy: "first: first is not here. Install first. last: last is not here. Install last.",
    });
  });

  test("an engine that is named is not replaced by another", async () => {
    await expect(chooseEngine("first", [refused("first"), cpuEngine])).rejects.toMatchObject({
      exitCode: 3,
      sentence: "Engine first cannot be used here.",
    });
  });

  test("an unknown name is answered with the known ones", async () => {
    await expect(chooseEngine("gpu")).rejects.toMatchObject({ exitCode: 3, remedy: "Engines: auto, cpu." });
  });
});

describe.each(engines)("engine $name", (factory) => {
  test("is ready on this machine, and says what it found", async () => {
    const probe = await factory.probe();
    expect(probe).toMatchObject({ state: "ready", name: factory.name });
    if (probe.state !== "ready") return;
    expect(probe.maximumBytes).toBeGreaterThan(2 ** 31);
    for (const detail of probe.details) expect(detail).toMatch(/^[A-Z0-9].*\.$/);
  });

  test("has one fingerprint whatever the number of threads", async () => {
    const [one, three] = [await factory.create({ threads: 1 }), await factory.create({ threads: 3 })];
    expect(three.description.fingerprint).toEqual(one.description.fingerprint);
    await one.close();
    await three.close();
  });
});
