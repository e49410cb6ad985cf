import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { afterEach, expect, test } from "vitest";
import type { Lease } from "../../../trainer/protocol/lease.ts";
import { untranslated } from "../../../extension/host/translate.ts";
import { endProcessTree } from "../../../extension/launch/processTree.ts";
import { bootId, processStart, processState } from "../../../extension/runs/processIdentity.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A process that leads its own group, unless it is not detached, with a child of its own; both say when they are there. */
async function startTree({ detached = true } = {}): Promise<{
  readonly lease: Lease;
  readonly child: ChildProcess;
  readonly grandchild: number;
}> {
  const inner = `setInterval(() => {}, 1000)`;
  const outer = `const c = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(inner)}]);
    console.log(c.pid); setInterval(() => {}, 1000)`;
  const child = spawn(process.execPath, ["-e", outer], { detached, stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  const pid = child.pid ?? 0;
  const lease: Lease = {
    launch: 1,
    pid,
    processStart: (await processStart(pid)) ?? "",
    host: hostname(),
    bootId: await bootId(),
    counter: 1,
    leaseSeconds: 1,
    state: "running",
    step: 0,
  };
  return { lease, child, grandchild: Number(said.toString()) };
}

test("ends the trainer and its children, and only then calls it gone", async () => {
  const { lease, child, grandchild } = await startTree();
  expect(await processState(lease)).toBe("alive");
  const exited = once(child, "exit");
  await endProcessTree(lease, true, untranslated);
  await exited;
  while ((await processStart(grandchild)) !== null) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await processState(lease)).toBe("gone");
});

test("ends a trainer that a terminal started in a group of its own, and nothing but it", async () => {
  const { lease, child, grandchild } = await startTree({ detached: false });
  const exited = once(child, "exit");
  await endProcessTree(lease, true, untranslated);
  await exited;
  expect(await processState(lease)).toBe("gone");
  process.kill(grandchild, "SIGKILL");
});

test.each([
  ["another process has the pid now", { processStart: "1" }, "process-gone"],
  ["the machine was booted since", { bootId: "another boot" }, "process-gone"],
  ["the lease is another host's", { host: "far-away" }, "other-host"],
])("signals nothing when %s", async (_, change, code) => {
  const { lease, child } = await startTree();
  await expect(endProcessTree({ ...lease, ...change }, true, untranslated)).rejects.toMatchObject({ code });
  expect(await processState(lease)).toBe("alive");
  expect(child.exitCode).toBeNull();
});
