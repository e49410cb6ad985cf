/** A real Chromium for the views: RAPTR_CHROMIUM, else the first browser of the family on PATH. */
import { existsSync } from "node:fs";
import path from "node:path";
import { chromium, type Browser } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

export function findChromium(): string {
  const said = process.env["RAPTR_CHROMIUM"];
  if (said) return said;
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    for (const name of names) {
      const file = path.join(folder, name);
      if (existsSync(file)) return file;
    }
  }
  throw new Error(
    "No Chromium found: install one (Debian: apt-get install chromium) or set RAPTR_CHROMIUM to its path.",
  );
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: findChromium(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--font-render-hinting=none",
      "--force-color-profile=srgb",
      "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ],
  });
