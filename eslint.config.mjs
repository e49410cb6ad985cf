import tseslint from "typescript-eslint";
import { fence } from "./test/house/fence.ts";

const noDefaultExport = {
  selector: "ExportDefaultDeclaration",
  message: "Export by name: one name for a thing, wherever it is used.",
};

export default tseslint.config(
  {
    // AssemblyScript is not TypeScript; the stand-ins for VS Code's native modules are CommonJS; what is built is not written here.
    ignores: [
      "dist/",
      "out/",
      "coverage/",
      "runs/",
      ".cache/",
      "**/node_modules/",
      "trainer/engines/cpu/kernels/assembly/",
      "test/e2e/host/codeServer/",
    ],
  },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.{ts,mjs}"],
    plugins: { house: { rules: { fence } } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "house/fence": "error",
      "no-restricted-syntax": ["error", noDefaultExport],
      "no-console": "error",
      eqeqeq: "error",
      "prefer-const": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    // Tools whose configuration is a default export, and programs that speak on the terminal.
    files: [
      "*.config.{mjs,ts}",
      "*.mjs",
      "examples/**",
      "test/**",
      "trainer/bin/**",
      "trainer/node/**",
      "trainer/engines/**/*.mjs",
    ],
    rules: { "no-console": "off" },
  },
  { files: ["*.config.{mjs,ts}"], rules: { "no-restricted-syntax": "off" } },
);
