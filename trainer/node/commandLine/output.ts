/** What the command line says: to the terminal, and once a run is open to its log as well. */
import { appendFileSync, fstatSync, statSync } from "node:fs";
import { styleText } from "node:util";
import type { Problem } from "../../protocol/errors.ts";

let logFile: string | null = null;
let liveShown = false;

/** One line on stdout. */
export function say(line = ""): void {
  clearLive();
  process.stdout.write(`${line}\n`);
  log(line);
}

/** One line on stderr. */
export function complain(line: string): void {
  clearLive();
  process.stderr.write(`${line}\n`);
  log(line);
}

/** The one line of a terminal that is rewritten in place. It never reaches the log. */
export function showLive(line: string): void {
  // 0, as in a recorded terminal: the width is not known.
  const width = process.stdout.columns || Infinity;
  process.stdout.write(`\r\x1b[2K${line.slice(0, width - 1)}`);
  liveShown = true;
}

export const isTerminal = (): boolean => process.stdout.isTTY === true && process.env["TERM"] !== "dumb";

export const bold = (text: string): string => styleText("bold", text, { stream: process.stdout });

/** `file:line:column: sentence. remedy.`, which editors and terminals turn into a link. */
export function complainAbout(file: string, problem: Problem): void {
  const place = problem.span === null ? file : `${file}:${problem.span.line}:${problem.span.column}`;
  const kind = problem.severity === "warning" ? "warning: " : "";
  complain(`${place}: ${kind}${problem.sentence} ${problem.remedy}`.trimEnd());
}

/** From now on everything said goes to `file` too, unless stdout *is* that file, as in a detached launch. */
export function logTo(file: string): void {
  logFile = isOwnOutput(file) ? null : file;
  // Node says on stderr what it dies of; the log should know as well.
  process.on("uncaughtExceptionMonitor", (error) => log(`internal: ${error.stack ?? error.message}`));
}

/** Whether this process's stdout is `file`. */
export function isOwnOutput(file: string): boolean {
  try {
    const [own, other] = [fstatSync(1, { bigint: true }), statSync(file, { bigint: true })];
    return own.isFile() && own.ino === other.ino && own.dev === other.dev;
  } catch {
    return false;
  }
}

/** Before the log's directory goes. */
export function stopLogging(): void {
  logFile = null;
}

/** A log that cannot be written, as on a full disk, is no reason to end a run; that it ends is said once. */
function log(line: string): void {
  if (logFile === null) return;
  try {
    appendFileSync(logFile, `${line}\n`);
  } catch (error) {
    process.stderr.write(`The log ends here: ${error instanceof Error ? error.message : String(error)}\n`);
    logFile = null;
  }
}

function clearLive(): void {
  if (liveShown) process.stdout.write("\r\x1b[2K");
  liveShown = false;
}
