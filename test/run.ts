/**
 * `npm test`: everything. Builds, checks, and runs each runner; the last line sums them up. A runner counts as failed
 * when it ends badly, and when it executed no test at all; in CI so does a skipped test.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const scratch = mkdtempSync(path.join(tmpdir(), "raptr-test-"));
// Where PyTorch was installed into the clone (test/support/torch), tests compare with it live.
const torch = path.join(root, ".cache/torch/bin/python");
if (process.env["RAPTR_TORCH_PYTHON"] === undefined && existsSync(torch)) process.env["RAPTR_TORCH_PYTHON"] = torch;

const total = { passed: 0, failed: 0, skipped: 0 };

step("Chromium", "node", ["test/support/ensureChromium.ts"]);
step("build", "npm", ["run", "--silent", "build", "--", "--production"]);
step("types", "tsc", ["-b"]);
step("lint", "eslint", [".", "--max-warnings", "0"]);
step("format", "prettier", ["--check", "--log-level", "warn", "."]);
runner("core", "vitest", ["run", "--project", "core"], vitestReport);
runner("in-host suite", "node", ["test/e2e/inHost.ts"], suiteReport);
runner("UI in VS Code", "vitest", ["run", "--project", "ui"], vitestReport);

rmSync(scratch, { recursive: true, force: true });
const skippedInCi = process.env["CI"] !== undefined && total.skipped > 0;
if (skippedInCi) console.error("In CI nothing may be skipped.");
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || skippedInCi ? 1 : 0;

/** Something that only succeeds or fails. It adds to the count when it fails. */
function step(name: string, command: string, args: readonly string[]): void {
  if (!succeeds(name, command, args)) total.failed++;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Report {
  readonly args: readonly string[];
  read(): Counts;
}

/** Something that runs tests and writes down how many. */
function runner(name: string, command: string, args: readonly string[], reportTo: (file: string) => Report): void {
  const report = reportTo(path.join(scratch, `${name}.json`));
  const good = succeeds(name, command, [...args, ...report.args]);
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    counts = report.read();
  } catch {
    console.error(`${name}: wrote no report.`);
  }
  const executed = counts.passed + counts.failed;
  if (executed === 0) console.error(`${name}: executed no test.`);
  total.passed += counts.passed;
  total.skipped += counts.skipped;
  // A runner that ends badly without a failed test (a crash, an import that throws) has failed all the same.
  total.failed += counts.failed > 0 || (good && executed > 0) ? counts.failed : 1;
}

function vitestReport(file: string): Report {
  return {
    args: ["--reporter", "default", "--reporter", "json", "--outputFile.json", file],
    read() {
      const report = JSON.parse(readFileSync(file, "utf8"));
      return {
        passed: report.numPassedTests,
        failed: report.numFailedTests,
        skipped: report.numPendingTests + report.numTodoTests,
      };
    },
  };
}

function suiteReport(file: string): Report {
  return { args: ["--report", file], read: () => JSON.parse(readFileSync(file, "utf8")) };
}

function succeeds(name: string, command: string, args: readonly string[]): boolean {
  const started = performance.now();
  console.log(`\n== ${name}`);
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (error) console.error(error.message);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`== ${name}: ${status === 0 ? "done" : "FAILED"} after ${seconds} s`);
  return status === 0;
}
