/** A Chromium for tests: the one that RAPTR_CHROMIUM names, else the machine's. It reaches nothing but this machine. */
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

const usual = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

export function chromiumPath(): string {
  const found = [process.env["RAPTR_CHROMIUM"] ?? "", ...usual].find((file) => existsSync(file));
  if (found === undefined) {
    throw new Error("No Chromium here. Install it (Debian: apt-get install chromium) or name one in RAPTR_CHROMIUM.");
  }
  return found;
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
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
