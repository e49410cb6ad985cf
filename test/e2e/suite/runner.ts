/** The entry that VS Code calls inside its extension host: runs every *.test of this folder by mocha. */
import { globSync, writeFileSync } from "node:fs";
import path from "node:path";
import Mocha from "mocha";

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: 60_000, forbidOnly: true, forbidPending: true });
  for (const file of globSync("**/*.test.cjs", { cwd: __dirname }).sort()) mocha.addFile(path.join(__dirname, file));
  const counts = { passed: 0, failed: 0, skipped: 0 };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on("pass", () => counts.passed++)
      .on("fail", () => counts.failed++)
      .on("pending", () => counts.skipped++);
  });
  const report = process.env["RAPTR_SUITE_REPORT"];
  if (report !== undefined) writeFileSync(report, JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} of the suite's tests failed.`);
  if (counts.passed === 0) throw new Error("The suite ran no test.");
}
