/** The program `raptr`. */
import { runCommandLine } from "./commandLine/cli.ts";
import { isDiskFull } from "./commandLine/failures.ts";

// Whoever read our output may go away (`raptr plan FILE | head`, a terminal that is closed): no reason to end a run.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "EIO" && !isDiskFull(error)) throw error;
  });
}

process.exitCode = await runCommandLine(process.argv.slice(2));
