/** `npm run bench`: every bench, one line a figure, with its goal and `met` or `missed`. Measure on an idle machine. */
import { existsSync } from "node:fs";
import path from "node:path";
import { benchMetricsOverhead } from "./metricsOverhead.ts";
import { benchStepTime } from "./stepTime.ts";

// Where PyTorch was installed into the clone (test/support/torch), it is the rival.
const torch = path.resolve(import.meta.dirname, "../../.cache/torch/bin/python");
if (process.env["RAPTR_TORCH_PYTHON"] === undefined && existsSync(torch)) process.env["RAPTR_TORCH_PYTHON"] = torch;

await benchStepTime();
benchMetricsOverhead();
