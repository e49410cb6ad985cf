/** The program `raptr`. */
import { runCommandLine } from "./commandLine/cli.ts";

// A reader of our output that goes away (`raptr plan FILE | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2));
