/** The command line's table of contents: finds the command, runs it, turns failures into sentences and exit codes. */
import { ExpectedError, type ExitCode } from "../../protocol/errors.ts";
import { nearestName } from "../../protocol/suggest.ts";
import { announceLaunch } from "../run/announce.ts";
import type { Command } from "./command.ts";
import { control } from "./commands/control.ts";
import { doctor } from "./commands/doctor.ts";
import { exportRun } from "./commands/export.ts";
import { inspect } from "./commands/inspect.ts";
import { plan } from "./commands/plan.ts";
import { resume } from "./commands/resume.ts";
import { train } from "./commands/train.ts";
import { failedReply } from "../run/detach.ts";
import { asUnusablePath, DocumentError, usage } from "./failures.ts";
import { commandHelp, readOptions } from "./options.ts";
import { bold, complain, complainAbout, say } from "./output.ts";
import { packageVersion } from "./version.ts";

const commands: readonly Command[] = [train, resume, plan, doctor, inspect, exportRun, control];

/** Exit code 1 is kept for bugs. */
export async function runCommandLine(args: readonly string[]): Promise<ExitCode | 1> {
  try {
    return await dispatch(args);
  } catch (error) {
    return report(asUnusablePath(error));
  }
}

async function dispatch([name, ...rest]: readonly string[]): Promise<ExitCode> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const topic = commands.find((each) => each.name === rest[0]);
    say(topic === undefined ? overview() : commandHelp(topic));
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "-v") {
    say(packageVersion());
    return 0;
  }
  const command = commands.find((each) => each.name === name);
  if (command === undefined) throw unknownCommand(name);
  if (rest.includes("--help") || rest.includes("-h")) {
    say(commandHelp(command));
    return 0;
  }
  return command.run(readOptions(command, rest));
}

function overview(): string {
  const width = Math.max(...commands.map((each) => each.name.length));
  return [
    `raptr ${packageVersion()}: trains transformers by random, growing subnetworks (RAPTR).`,
    "",
    ...commands.map((each) => `  raptr ${bold(each.name.padEnd(width))}  ${each.summary}`),
    "",
    "`raptr COMMAND --help` says more about one. Exit codes: 0 done, 2 the input is wrong, 3 no such engine here,",
    "4 training became non-finite, 5 run directory in use or damaged, 130 interrupted after a checkpoint.",
  ].join("\n");
}

function unknownCommand(name: string): ExpectedError {
  const names = commands.map((each) => each.name);
  const meant = nearestName(name, names);
  const remedy = meant === null ? `Commands: ${names.join(", ")}.` : `Did you mean \`raptr ${meant}\`?`;
  return usage(name.startsWith("-") ? `Unknown option ${name}.` : `Unknown command "${name}".`, remedy);
}

function report(error: unknown): ExitCode | 1 {
  if (error instanceof ExpectedError) announceLaunch(failedReply(error));
  if (error instanceof DocumentError) {
    for (const problem of error.problems) complainAbout(error.file, problem);
    return error.exitCode;
  }
  if (error instanceof ExpectedError) {
    complain(`raptr: ${error.sentence} ${error.remedy}`);
    return error.exitCode;
  }
  complain(`internal: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return 1;
}
