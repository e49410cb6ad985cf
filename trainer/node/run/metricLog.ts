/** This launch's metric segments: rows gathered for a fraction of a second, then written as one Arrow batch. */
import { closeSync, fdatasync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { endOfStream, evaluationWriter, metricWriter, type StreamWriter } from "../../formats/metricWriter.ts";
import type { EvaluationRow, MetricRow } from "../../protocol/metrics.ts";
import { evaluationsFile, metricsFile } from "../../protocol/runDirectory.ts";
import { asExpected } from "../commandLine/failures.ts";

/** Rows reach the file within 250 ms of their step; the rest of that is for a busy event loop. */
const gatherMilliseconds = 200;
/** Fast steps fill a batch before the time is up. */
const maximumRows = 1024;

const flushToDisk = promisify(fdatasync);

export class MetricLog {
  readonly #metrics: Segment<MetricRow>;
  readonly #evaluations: Segment<EvaluationRow>;

  constructor(run: string, launch: number, layers: number) {
    this.#metrics = new Segment(path.join(run, metricsFile(launch)), metricWriter(layers));
    this.#evaluations = new Segment(path.join(run, evaluationsFile(launch)), evaluationWriter());
  }

  metric(row: MetricRow): void {
    this.#metrics.add(row);
  }

  evaluation(row: EvaluationRow): void {
    this.#evaluations.add(row);
  }

  /** Hands all rows to the file system at once. */
  writePending(): void {
    this.#metrics.writePending();
    this.#evaluations.writePending();
  }

  /** As `writePending`, and waits until the disk has them. */
  async flush(): Promise<void> {
    await this.#metrics.flush();
    await this.#evaluations.flush();
  }

  /** After the last row: marks the segments' ends and closes them. */
  end(): void {
    this.#metrics.end();
    this.#evaluations.end();
  }
}

/** One file; made with its first row, so that a launch without any leaves none. */
class Segment<Row> {
  readonly #file: string;
  readonly #writer: StreamWriter<Row>;
  #descriptor: number | null = null;
  #rows: Row[] = [];
  #timer: NodeJS.Timeout | null = null;
  #unflushed = false;
  /** What went wrong with the last write; thrown to whoever comes next. The file then ends where it ends. */
  #failure: unknown = null;

  constructor(file: string, writer: StreamWriter<Row>) {
    this.#file = file;
    this.#writer = writer;
  }

  add(row: Row): void {
    this.#rows.push(row);
    if (this.#failure !== null) throw this.#failure;
    if (this.#rows.length >= maximumRows) this.writePending();
    else this.#timer ??= setTimeout(() => this.#writeInTime(), gatherMilliseconds);
  }

  #writeInTime(): void {
    try {
      this.writePending();
    } catch {
      // Kept as the failure, for the next row or flush.
    }
  }

  writePending(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#failure !== null) throw this.#failure;
    if (this.#rows.length === 0) return;
    const batch = this.#writer.batch(this.#rows);
    this.#rows = [];
    this.#append(batch);
  }

  async flush(): Promise<void> {
    this.writePending();
    if (this.#descriptor === null || !this.#unflushed) return;
    this.#unflushed = false;
    await flushToDisk(this.#descriptor);
  }

  end(): void {
    if (this.#failure === null) this.writePending();
    if (this.#descriptor === null) return;
    if (this.#failure === null) this.#append(endOfStream);
    closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #append(bytes: Uint8Array): void {
    try {
      this.#descriptor ??= this.#create();
      for (let offset = 0; offset < bytes.length;) offset += writeSync(this.#descriptor, bytes, offset);
      this.#unflushed = true;
    } catch (error) {
      this.#failure = asExpected(error, this.#file);
      throw this.#failure;
    }
  }

  /** A launch number is claimed once, so its segment cannot be there yet. */
  #create(): number {
    const descriptor = openSync(this.#file, "wx");
    writeSync(descriptor, this.#writer.header);
    return descriptor;
  }
}
