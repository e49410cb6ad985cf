/** A real Chromium for tests: the one that RAPTR_CHROMIUM names, else the machine's. It reaches nothing but this machine. */
import { existsSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
/** Where installers put it that leave PATH alone. */
const usual = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

export function findChromium(): string {
  const named = process.env["RAPTR_CHROMIUM"];
  if (named) return named;
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const onPath = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  const found = [...onPath, ...usual].find((file) => existsSync(file));
  if (found === undefined) {
    throw new Error("No Chromium here. Install it (Debian: apt-get install chromium) or name one in RAPTR_CHROMIUM.");
  }
  return found;
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    headless: true,
    args: [
      ...[
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-sync",
        "--disable-dev-shm-usage",
      ],
      ...["--disable-background-networking", "--disable-component-update"],
      ...["--force-color-profile=srgb", "--font-render-hinting=none"],
      "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ],
  });
}
