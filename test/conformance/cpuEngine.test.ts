/** What the cpu engine promises beside its operations: memory, order, threads that end, failures that are told. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import type { Engine } from "../../trainer/engine/port.ts";
import { createCpuEngine } from "../../trainer/engines/cpu/engine.ts";
import { uniform } from "../../trainer/plan/random.ts";

const opened: Engine[] = [];

async function open(threads = 2): Promise<Engine> {
  const engine = await createCpuEngine({ threads });
  opened.push(engine);
  return engine;
}

afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.close();
});

describe("memory", () => {
  test("a tensor beyond 4 GiB is refused with a remedy, and nothing is lost", async () => {
    const engine = await open();
    const before = engine.allocatedBytes;
    expect(() => engine.allocate("logits", [2 ** 15, 2 ** 15])).toThrowError(
      expect.objectContaining({ name: "ExpectedError", code: "out-of-memory", exitCode: 2 }),
    );
    expect(engine.allocatedBytes).toBe(before);
    expect(engine.tensorCount).toBe(0);
  });

  test("freed memory is used again: 5 GiB in turns fit into 4", async () => {
    const engine = await open();
    const quarter = 64 * 1024 * 1024;
    let kept = engine.allocate("first", [3]);
    for (let i = 0; i < 20; i++) {
      const large = engine.allocate("large", [quarter + i]);
      const small = engine.allocate("small", [i + 1]);
      engine.free(kept);
      engine.free(large);
      kept = small;
    }
    engine.free(kept);
    expect(engine.tensorCount).toBe(0);
  });

  test("a new tensor is zero, whatever lay there before", async () => {
    const engine = await open();
    const first = engine.allocate("first", [1000]);
    engine.write(first, new Float32Array(1000).fill(7));
    engine.free(first);
    const second = engine.allocate("second", [1000]);
    expect(await engine.read(second)).toEqual(new Float32Array(1000));
    engine.free(second);
  });

  test("a tensor freed while operations on it are queued is still used by them", async () => {
    const engine = await open();
    const a = engine.allocate("a", [5]);
    const b = engine.allocate("b", [5]);
    engine.write(a, Float32Array.of(1, 2, 3, 4, 5));
    engine.copy({ from: a, to: b });
    engine.free(a);
    const c = engine.allocate("c", [5]);
    engine.write(c, new Float32Array(5).fill(9));
    expect([...(await engine.read(b))]).toEqual([1, 2, 3, 4, 5]);
  });
});

describe("order", () => {
  test("a write comes after what is queued before it and before what is queued after it", async () => {
    const engine = await open();
    const x = engine.allocate("x", [3]);
    const [first, second] = [engine.allocate("first", [3]), engine.allocate("second", [3])];
    engine.write(x, Float32Array.of(1, 2, 3));
    engine.copy({ from: x, to: first });
    engine.write(x, Float32Array.of(4, 5, 6));
    engine.copy({ from: x, to: second });
    expect([...(await engine.read(first))]).toEqual([1, 2, 3]);
    expect([...(await engine.read(second))]).toEqual([4, 5, 6]);
  });

  test("zeros owed are paid before a read, a copy, and the second addition", async () => {
    const engine = await open();
    const x = engine.allocate("x", [4]);
    const y = engine.allocate("y", [4]);
    engine.write(x, new Float32Array(4).fill(3));
    engine.zero(x);
    engine.copy({ from: x, to: y });
    engine.write(x, new Float32Array(4).fill(2));
    engine.add({ a: x, b: x, out: y });
    engine.zero(x);
    expect([...(await engine.read(x))]).toEqual([0, 0, 0, 0]);
    expect([...(await engine.read(y))]).toEqual([4, 4, 4, 4]);
  });

  test("integers come back as they were written", async () => {
    const engine = await open();
    const ids = engine.allocate("ids", [3], "i32");
    engine.write(ids, Int32Array.of(5, -1, 70000));
    expect([...(await engine.read(ids))]).toEqual([5, -1, 70000]);
  });

  test("the event loop turns while the threads compute, and nothing can be queued meanwhile", async () => {
    const engine = await open();
    const x = engine.allocate("x", [512, 512]);
    const weight = engine.allocate("weight", [512, 512]);
    const bias = engine.allocate("bias", [512]);
    const out = engine.allocate("out", [512, 512]);
    for (let i = 0; i < 20; i++) engine.linearForward({ x, weight, bias, out });
    const order: string[] = [];
    setImmediate(() => order.push("turn"));
    const submitted = engine.submit().then(() => order.push("done"));
    expect(() => engine.zero(x)).toThrowError(/under way/);
    await submitted;
    expect(order).toEqual(["turn", "done"]);
  });
});

describe("failure", () => {
  test("a fault in a thread rejects the submit with its cause, and later ones too", async () => {
    const engine = await open(3);
    const x = engine.allocate("x", [4, 4]);
    const rows = engine.allocate("rows", [1], "i32");
    const out = engine.allocate("out", [1, 4]);
    engine.write(rows, Int32Array.of(4));
    engine.gatherRows({ x, rows, out });
    await expect(engine.submit()).rejects.toThrowError(/^internal: a compute thread failed: /);
    engine.zero(x);
    await expect(engine.read(x)).rejects.toThrowError(/^internal: a compute thread failed: /);
  });

  test("closing in the middle of a submit rejects it and ends the threads", async () => {
    const engine = await createCpuEngine({ threads: 2 });
    const x = engine.allocate("x", [1024, 1024]);
    const weight = engine.allocate("weight", [1024, 1024]);
    const bias = engine.allocate("bias", [1024]);
    const out = engine.allocate("out", [1024, 1024]);
    for (let i = 0; i < 50; i++) engine.linearForward({ x, weight, bias, out });
    const submitted = expect(engine.submit()).rejects.toThrowError("internal: the engine was closed");
    await engine.close();
    await submitted;
    expect(() => engine.zero(x)).toThrowError("internal: the engine is closed");
  });

  test("a tensor of another engine, a freed one, a wrong type and a wrong shape are told apart", async () => {
    const [engine, other] = [await open(1), await open(1)];
    const x = engine.allocate("x", [4]);
    const short = engine.allocate("short", [3]);
    const ids = engine.allocate("ids", [4], "i32");
    expect(() => engine.copy({ from: x, to: short })).toThrowError(/short is \[3\], wanted 4 elements/);
    expect(() => engine.add({ a: x, b: ids, out: x })).toThrowError(/ids is i32/);
    expect(() => other.zero(x)).toThrowError(/x belongs to another engine/);
    engine.free(x);
    expect(() => engine.zero(x)).toThrowError(/x was freed/);
  });
});

describe("dropout", () => {
  test.each([
    { rate: 0.1, seed: 1, stream: 0x10000, step: 0 },
    { rate: 0.5, seed: 2 ** 53 - 1, stream: 2 ** 32 - 1, step: 2 ** 32 - 1 },
    { rate: 0.999, seed: 2 ** 32 + 7, stream: 3, step: 12 },
  ])("keeps exactly what the plan's generator keeps: $rate $seed $stream $step", async (dropout) => {
    const engine = await open();
    const size = 20_003;
    const branch = engine.allocate("branch", [size]);
    engine.write(branch, new Float32Array(size).fill(1));
    engine.branchForward({ branch, out: branch, scale: 1, dropout });
    const { rate, seed, stream, step } = dropout;
    const kept = Math.fround(1 / (1 - rate));
    const wanted = Float32Array.from({ length: size }, (_, i) => (uniform(seed, stream, step, i) >= rate ? kept : 0));
    expect(await engine.read(branch)).toEqual(wanted);
  });
});

describe("processes", () => {
  const work = `
    const { createCpuEngine } = await import(process.argv[1]);
    const engine = await createCpuEngine({ threads: 2 });
    const x = engine.allocate("x", [1000]);
    engine.zero(x);
    process.stdout.write(String((await engine.read(x)).length));`;
  const module = new URL("../../trainer/engines/cpu/engine.ts", import.meta.url).href;
  const run = (script: string) =>
    promisify(execFile)(process.execPath, ["--input-type=module", "-e", script, module], { timeout: 30_000 });

  test("a process whose engine is closed ends by itself", async () => {
    expect((await run(`${work} await engine.close();`)).stdout).toBe("1000");
  });

  test("an idle engine left open keeps no process alive", async () => {
    expect((await run(work)).stdout).toBe("1000");
  });
});
