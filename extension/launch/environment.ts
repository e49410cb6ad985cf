/** The environment that the trainer gets from VS Code's. */

/** Variables meant for the extension host alone; a trainer that inherits them would wait for a debugger or act as Electron. */
const hostOnly = /^(NODE_OPTIONS|NODE_INSPECT.*|ELECTRON_.*|VSCODE_.*)$/;

export function trainerEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !hostOnly.test(name));
  return { ...Object.fromEntries(inherited), ...extra };
}
