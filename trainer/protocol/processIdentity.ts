/**
 * How a system tells when a process started and which boot it is: what makes a pid in a lease mean one process only.
 * Pure: the questions (a file to read or a command to run) and the reading of the answers. The trainer asks about
 * itself when it writes its lease; whoever watches or ends a run asks the same question and compares the texts.
 */

/** Where an answer is found: the text of a file, or what a command prints. */
export type Question =
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "command"; readonly command: string; readonly args: readonly string[] };

/** Set these when a command is asked: `ps` prints a date by them, and two askers must get the same text. */
export const questionEnvironment = { LC_ALL: "C", TZ: "UTC0" } as const;

/** Platform names as `process.platform` gives them; every other Unix is asked as macOS is. */
export function processStartQuestion(platform: string, pid: number): Question {
  if (platform === "linux") return { from: "file", path: `/proc/${pid}/stat` };
  if (platform === "win32") {
    const script = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`;
    return { from: "command", command: "powershell.exe", args: ["-NoProfile", "-NonInteractive", "-Command", script] };
  }
  return { from: "command", command: "ps", args: ["-o", "lstart=", "-p", String(pid)] };
}

export function bootIdQuestion(platform: string): Question | null {
  if (platform === "linux") return { from: "file", path: "/proc/sys/kernel/random/boot_id" };
  if (platform === "darwin") return { from: "command", command: "sysctl", args: ["-n", "kern.bootsessionuuid"] };
  // Windows names no boot; its process start is a date, which no other boot repeats.
  return null;
}

/** The start as an opaque text, or null when the answer shows no such process. A zombie has ended: null as well. */
export function readProcessStart(platform: string, answer: string): string | null {
  if (platform !== "linux") return answer.trim() || null;
  // Field 2 is the command in parentheses and may hold any character: count fields from behind it (proc_pid_stat(5)).
  const fields = answer
    .slice(answer.lastIndexOf(")") + 1)
    .trim()
    .split(/\s+/);
  const [state, start] = [fields[0], fields[19]];
  return state === undefined || state === "Z" || state === "X" || start === undefined ? null : start;
}

export const readBootId = (answer: string): string => answer.trim();
