/**
 * Packages the extension as dist/raptr.vsix: bundles only, no node_modules. Run as a program it builds, packages and
 * prints size and contents; the UI tests install what `packagedExtension` gives, so they prove the package.
 */
import { createVSIX, listFiles } from "@vscode/vsce";
import { execFileSync } from "node:child_process";
import { stat } from "node:fs/promises";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const vsix = path.join(root, "dist/raptr.vsix");

/** The package, made from what stands in dist/ now. */
export async function packagedExtension(): Promise<string> {
  await createVSIX({ cwd: root, packagePath: vsix, dependencies: false, rewriteRelativeLinks: false });
  return vsix;
}

if (import.meta.main) {
  execFileSync("npm", ["run", "--silent", "build", "--", "--production"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  const file = await packagedExtension();
  const files = await listFiles({ cwd: root, packagedDependencies: [] });
  const { size } = await stat(file);
  console.log(`${path.relative(root, file)}: ${(size / 1024).toFixed(0)} kB, ${files.length} files`);
}
