#!/usr/bin/env node
/**
 * Takes the command line of VS Code's own executable and runs the suite in code-server: so that
 * @vscode/test-electron drives it like a desktop VS Code (`runTests({ vscodeExecutablePath: ".../codeShim.ts" })`).
 */
import { parseArgs } from "node:util";
import { runInHost } from "./inHost.ts";

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: { extensionDevelopmentPath: { type: "string" }, extensionTestsPath: { type: "string" } },
});
const { extensionDevelopmentPath: extension, extensionTestsPath: suite } = values;
const [folder] = positionals;
if (typeof extension !== "string" || typeof suite !== "string" || folder === undefined) {
  console.error("Usage: codeShim.ts --extensionDevelopmentPath=DIR --extensionTestsPath=FILE FOLDER");
  process.exit(2);
}
const env = Object.entries(process.env).filter((entry): entry is [string, string] =>
  /^RAPTR_|^NODE_V8_COVERAGE$/.test(entry[0]),
);
process.exit(await runInHost({ extension, suite, folder, env: Object.fromEntries(env), timeoutSeconds: 300 }));
