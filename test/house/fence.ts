/**
 * The ESLint rule `house/fence`: holds imports to the table of rooms. TypeScript's project references say the same
 * about relative imports; this rule also sees `vscode`, `node:*`, TensorFlow and Electron, and type-only imports.
 */
import path from "node:path";
import type { Rule } from "eslint";
import type { Node } from "estree";
import { roomOf } from "./rooms.ts";

const machine = /^(node:|vscode$|electron$|@tensorflow\/)/;

/** Why `file` may not import `specifier`, or null. `file` is relative to the repository root, with forward slashes. */
export function fenceViolation(file: string, specifier: string): string | null {
  // Plain JavaScript is in no room: launchers and build tools.
  const room = file.endsWith(".ts") ? roomOf(file) : undefined;
  if (room === undefined) return null;
  if (!specifier.startsWith(".")) {
    if (room.pure && machine.test(specifier)) return `${room.name} is a pure room and may not import "${specifier}".`;
    if (room.name !== "extension" && room.name !== "test" && specifier === "vscode")
      return `Only the extension may import "vscode".`;
    if (room.path.startsWith("webviews") && machine.test(specifier))
      return `A view runs in a browser and may not import "${specifier}".`;
    if (room.name === "extension" && specifier.startsWith("@tensorflow/")) {
      return `The extension starts a process and reads a directory; it may not import "${specifier}".`;
    }
    return null;
  }
  const target = path.posix.join(path.posix.dirname(file), specifier);
  const other = roomOf(target);
  if (other === undefined || other === room || room.imports.includes(other.name)) return null;
  return `${room.name} may not import ${other.name} ("${specifier}"): see test/house/rooms.ts.`;
}

export const fence: Rule.RuleModule = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join("/");
    const check = (node: { source?: Node | null | undefined }) => {
      if (node.source?.type !== "Literal" || typeof node.source.value !== "string") return;
      const message = fenceViolation(file, node.source.value);
      if (message !== null) context.report({ node: node.source, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};
