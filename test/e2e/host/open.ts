/**
 * `npm run vscode`: opens VS Code with the extension from this clone and the examples. The desktop one where there is a
 * `code` command, else VS Code in the browser on this machine only, installed on demand; Ctrl+C ends that one.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { codeCommand } from "./desktop.ts";
import { startServer } from "./server.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const folder = root;
const schedule = path.join(root, "examples/quickstart.raptr.json");

const command = process.argv.includes("--browser") ? null : codeCommand();
if (command !== null) {
  console.log(`Opening ${command} with the extension under development.`);
  const args = [`--extensionDevelopmentPath=${root}`, folder, schedule];
  const child = spawn(command, args, { stdio: "inherit", shell: process.platform === "win32" });
  child.once("exit", (code) => process.exit(code ?? 1));
} else {
  await openInBrowser();
}

async function openInBrowser(): Promise<void> {
  const server = await startServer({
    unpacked: [root],
    env: { PATH: process.env["PATH"] ?? "" },
  });
  const payload = [["openFile", server.uri(schedule)]] as const;
  console.log("No `code` command here, so VS Code runs in the browser. Open:\n");
  console.log(`  ${server.url(folder, payload)}\n`);
  console.log("It listens on this machine only. Ctrl+C ends it; a run that was started goes on.");
  const end = () => void server.stop().then(() => process.exit(0));
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
}
