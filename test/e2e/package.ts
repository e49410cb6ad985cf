/**
 * Packages the extension as dist/raptr.vsix: bundles only, no node_modules. Run as a program it builds, packages and
 * prints size and contents; the UI tests install it, so they prove the package (Vitest calls `setup` once before them).
 */
import { createVSIX, listFiles } from "@vscode/vsce";
import { execFileSync } from "node:child_process";
import { stat } from "node:fs/promises";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
export const vsix = path.join(root, "dist/raptr.vsix");

/** The package names no repository, so its README's links stay as they are. */
const nowhereYet = { allowMissingRepository: true, rewriteRelativeLinks: false };

/** Packages what stands in dist/ now. */
export async function setup(): Promise<void> {
  await createVSIX({ cwd: root, packagePath: vsix, dependencies: false, ...nowhereYet });
}

if (import.meta.main) {
  execFileSync("npm", ["run", "--silent", "build", "--", "--production"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  await setup();
  const files = await listFiles({ cwd: root, packagedDependencies: [] });
  const { size } = await stat(vsix);
  console.log(`${path.relative(root, vsix)}: ${(size / 1024).toFixed(0)} kB, ${files.length} files`);
}
