/** A command line as a person would type it: shown in the log and copied to the clipboard. */

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Variables that the command needs besides the environment it runs in. */
  readonly env: Readonly<Record<string, string>>;
}

/** For a POSIX shell, or PowerShell on Windows. Begins with the directory to be in. */
export function printed({ program, args, cwd, env }: Command, platform: string): string {
  const words = [program, ...args];
  if (platform === "win32") {
    const variables = Object.entries(env).map(([name, value]) => `$env:${name}=${powershellWord(value, true)}; `);
    const call = words.map((word) => powershellWord(word, false)).join(" ");
    return `Set-Location ${powershellWord(cwd, true)}; ${variables.join("")}& ${call}`;
  }
  const variables = Object.entries(env).map(([name, value]) => `${name}=${posixWord(value)} `);
  return `cd ${posixWord(cwd)} && ${variables.join("")}${words.map(posixWord).join(" ")}`;
}

const posixWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

const powershellWord = (word: string, always: boolean): string =>
  !always && /^[\w:\\./=-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`;
