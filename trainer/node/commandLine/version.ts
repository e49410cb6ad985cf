/** The version of the package, read from its package.json: beside `dist/` in a bundle, further up in the sources. */
import { readFileSync } from "node:fs";

export const packageVersion = (): string => readPackageVersion(import.meta.url);

function readPackageVersion(from: string): string {
  for (let folder = new URL(".", from), above; ; folder = above) {
    const version = versionIn(new URL("package.json", folder));
    if (version !== null) return version;
    above = new URL("..", folder);
    if (above.href === folder.href) throw new Error("internal: there is no package.json above the trainer.");
  }
}

function versionIn(file: URL): string | null {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof content !== "object" || content === null || !("name" in content) || content.name !== "raptr")
      return null;
    return "version" in content && typeof content.version === "string" ? content.version : null;
  } catch {
    return null;
  }
}
