#!/usr/bin/env node
// Starts the built trainer. It needs Node 22 or newer: under an older one it starts again with the Node that the clone brings.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const minimum = 22;
const program = new URL("dist/raptr.mjs", root);

if (!existsSync(program)) {
  fail("The trainer is not built yet. Run `npm run build` first.");
} else if (Number(process.versions.node.split(".")[0]) >= minimum) {
  await import(program.href);
} else {
  const node = ownNode();
  if (node === null) {
    fail(
      `raptr needs Node ${minimum} or newer, and this is ${process.versions.node}. Run \`npm ci\`, which brings one.`,
    );
  } else {
    startAgain(node);
  }
}

/** The Node among the clone's devDependencies: the program itself, so that signals need no shell to pass them on. */
function ownNode() {
  const names = process.platform === "win32" ? ["node.exe"] : ["node"];
  const found = names.map((name) => new URL(`node_modules/node/bin/${name}`, root)).find((file) => existsSync(file));
  return found === undefined ? null : fileURLToPath(found);
}

function startAgain(node) {
  const channel = process.send === undefined ? [] : ["ipc"];
  const child = spawn(node, [...process.execArgv, fileURLToPath(program), ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", ...channel],
  });
  // The trainer decides what a signal means; this process only waits. A press that arrives twice counts once there.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("message", (message) => process.send?.(message));
  child.on("error", (error) => fail(`${node} does not start: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail(sentence) {
  console.error(`raptr: ${sentence}`);
  process.exitCode = 2;
}
