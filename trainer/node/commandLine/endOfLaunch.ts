/** What is said when a launch ends, and the exit code it ends with. */
import path from "node:path";
import type { Finish } from "../../ports.ts";
import type { ExitCode } from "../../protocol/errors.ts";
import type { RunManifest } from "../../protocol/manifest.ts";
import { say } from "./output.ts";
import { readRun } from "../run/runReader.ts";
import { summaryText } from "./summary.ts";

export function endOfLaunch(run: string, manifest: RunManifest, finish: Finish): ExitCode {
  const relative = path.relative(process.cwd(), run);
  const shown = relative === "" || relative.startsWith("..") ? run : relative;
  switch (finish) {
    case "completed":
      say();
      say(summaryText(manifest, readRun(run)));
      return 0;
    case "stopped":
      say(`\`raptr resume ${shown}\` goes on.`);
      return 0;
    case "interrupted":
      say(`\`raptr resume ${shown}\` goes on.`);
      return 130;
    case "nonFinite":
      say(`That update was not made. Lower \`learningRate.peak\` or \`optimizer.clipNorm\` and train anew.`);
      return 4;
  }
  return finish satisfies never;
}
