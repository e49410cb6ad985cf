import { defineConfig } from "vitest/config";

/**
 * Two projects: `core` is everything that needs no VS Code; `ui` drives a real VS Code and runs one file at a time.
 * The mocha suite that runs inside the extension host is test/e2e/suite and is started by test/run.ts.
 */
export default defineConfig({
  test: {
    passWithNoTests: false,
    allowOnly: false,
    projects: [
      {
        test: {
          name: "core",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/suite/**", "test/e2e/ui/**", "**/node_modules/**"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "ui",
          include: ["test/e2e/ui/**/*.test.ts"],
          globalSetup: ["test/e2e/package.ts"],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          retry: 0,
        },
      },
    ],
  },
});
