/** Reads a whole run for the command line: events, the metrics of all launches as one table, status, what could not be read. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { evaluationReader, metricReader, type StreamReader } from "../../formats/metricReader.ts";
import type { Problem } from "../../protocol/errors.ts";
import type { RunEvent } from "../../protocol/events.ts";
import { evaluationTable, metricTable, type RowTable } from "../../protocol/mergeMetrics.ts";
import type { EvaluationColumns, MetricColumns } from "../../protocol/metrics.ts";
import { parseEvents } from "../../protocol/readers.ts";
import { evaluationsFile, eventsFile, metricsDirectory, metricsFile } from "../../protocol/runDirectory.ts";
import { deriveStatus, observeLease } from "../../protocol/runState.ts";
import type { RunStatus } from "../../protocol/status.ts";
import { errorCode } from "./atomicFile.ts";
import { isHeld } from "./claim.ts";
import { processState } from "./processIdentity.ts";
import { namesIn, readLease, readText } from "./runFiles.ts";

export interface RunRecord {
  readonly events: readonly RunEvent[];
  readonly metrics: MetricColumns;
  readonly evaluations: EvaluationColumns;
  /** Of the journal and the metrics; a launch that was killed leaves one torn line or batch, which says so here. */
  readonly problems: readonly Problem[];
}

export function readRun(run: string): RunRecord {
  const journal = parseEvents(readText(path.join(run, eventsFile)) ?? "");
  const [metrics, evaluations] = [metricTable(), evaluationTable()];
  const problems = [...journal.problems];
  for (const launch of launchesWithMetrics(run)) {
    problems.push(...readSegment(path.join(run, metricsFile(launch)), metricReader(launch), metrics));
    problems.push(...readSegment(path.join(run, evaluationsFile(launch)), evaluationReader(launch), evaluations));
  }
  return { events: journal.events, metrics: metrics.columns(), evaluations: evaluations.columns(), problems };
}

export const readEvents = (run: string): readonly RunEvent[] =>
  parseEvents(readText(path.join(run, eventsFile)) ?? "").events;

/** As a watcher sees it that looks once; a foreign host's lease is watched for a few seconds. */
export async function readStatus(run: string, events: readonly RunEvent[]): Promise<RunStatus> {
  const lease = readLease(run);
  const owner = lease === null ? "unknown" : processState(lease);
  const held = lease !== null && owner === "elsewhere" ? await isHeld(run, lease) : null;
  const state = held === null ? owner : held ? "alive" : "gone";
  const now = performance.now();
  return deriveStatus({
    events,
    lease,
    process: state,
    observation: observeLease(null, lease, now),
    now,
    damaged: null,
  });
}

function readSegment<Columns>(
  file: string,
  reader: StreamReader<Columns>,
  table: RowTable<Columns>,
): readonly Problem[] {
  const bytes = readBytes(file);
  if (bytes === null) return [];
  const { columns, problems } = reader.push(bytes);
  table.append(columns);
  return problems.map((problem) => ({ ...problem, path: [path.basename(file), ...problem.path] }));
}

function launchesWithMetrics(run: string): readonly number[] {
  const numbers = namesIn(path.join(run, metricsDirectory)).flatMap((name) => /^(\d{4,})\./.exec(name)?.[1] ?? []);
  return [...new Set(numbers.map(Number))].sort((a, b) => a - b);
}

function readBytes(file: string): Uint8Array | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}
