/** Part of `npm test`: installs Chromium, which shows the views and VS Code's window, where it is missing and apt-get can. */
import { spawnSync } from "node:child_process";
import { findChromium } from "./chromium.ts";

const packages = ["chromium", "fonts-dejavu-core"];

try {
  console.log(findChromium());
} catch (missing) {
  if (!hasAptGet()) throw missing;
  console.log(`No Chromium here: installing ${packages.join(" and ")} by apt-get.`);
  aptGet("update", "-qq");
  aptGet("install", "-y", "-qq", "--no-install-recommends", ...packages);
  console.log(findChromium());
}

function hasAptGet(): boolean {
  return process.platform === "linux" && spawnSync("apt-get", ["--version"]).status === 0;
}

function aptGet(...args: readonly string[]): void {
  const command = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", ...args];
  const [program = "", ...rest] = process.getuid?.() === 0 ? command : ["sudo", "-n", ...command];
  const { status } = spawnSync(program, rest, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`\`${[program, ...rest].join(" ")}\` failed: install Chromium by hand.`);
}
