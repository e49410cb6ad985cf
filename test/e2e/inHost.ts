/**
 * Runs test/e2e/suite inside the extension host of a real VS Code, through @vscode/test-electron: a desktop VS Code
 * where one runs, else code-server by way of a shim. Prints which. `--report FILE` receives the counts.
 */
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { rm } from "node:fs/promises";
import { globSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { desktopExecutable } from "./host/desktop.ts";
import { makeWorkspace, removeWorkspace } from "./workspace.ts";

const root = path.resolve(import.meta.dirname, "../..");
const { values } = parseArgs({ options: { report: { type: "string" } } });

const output = path.join(root, "out/e2e/suite");
await rm(output, { recursive: true, force: true });
await build({
  entryPoints: globSync("test/e2e/suite/**/*.ts", { cwd: root }).map((file) => path.join(root, file)),
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node22",
  external: ["vscode", "mocha"],
  mainFields: ["module", "main"],
  sourcemap: "inline",
  outdir: output,
  outbase: path.join(root, "test/e2e/suite"),
  outExtension: { ".js": ".cjs" },
  logLevel: "warning",
});

const desktop = await desktopExecutable();
console.log(
  desktop === null ? "In-host suite on code-server (no desktop VS Code runs here)." : `In-host suite on ${desktop}.`,
);

const folder = await makeWorkspace();
try {
  await runTests({
    vscodeExecutablePath: desktop ?? path.join(root, "test/e2e/host/codeShim.ts"),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(output, "runner.cjs"),
    launchArgs: [folder, "--disable-extensions"],
    extensionTestsEnv: {
      // The shim is a script of the clone's own Node.
      PATH: path.dirname(process.execPath) + path.delimiter + process.env["PATH"],
      ...(values.report === undefined ? {} : { RAPTR_SUITE_REPORT: path.resolve(values.report) }),
    },
  });
} catch (failure) {
  console.error(failure instanceof Error ? failure.message : failure);
  process.exitCode = 1;
} finally {
  await removeWorkspace(folder);
}
