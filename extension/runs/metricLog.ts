/** The metric streams of one run as far as they have been read: new rows as they come, all rows for who asks. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { evaluationReader, metricReader, type StreamReader } from "../../trainer/formats/metricReader.ts";
import { evaluationTable, metricTable, type RowTable } from "../../trainer/protocol/mergeMetrics.ts";
import type { EvaluationColumns, MetricColumns } from "../../trainer/protocol/metrics.ts";
import { metricsDirectory } from "../../trainer/protocol/runDirectory.ts";
import { latestRows } from "./latestRows.ts";
import type { LatestRows } from "./summarize.ts";
import { Tail } from "./tail.ts";

/** What one reading brought; null where nothing is new. */
export interface NewRows {
  readonly metrics: MetricColumns | null;
  readonly evaluations: EvaluationColumns | null;
  /** A segment was cut or replaced, so what was handed on before is void. */
  readonly restarted: boolean;
}

interface Segment<Columns> {
  readonly tail: Tail;
  readonly reader: StreamReader<Columns>;
}

/** The rows of all launches, later ones superseding. */
interface Tables {
  readonly metrics: RowTable<MetricColumns>;
  readonly evaluations: RowTable<EvaluationColumns>;
}

export class MetricLog {
  readonly #directory: string;
  readonly #say: (message: string) => void;
  readonly #metrics = new Map<string, Segment<MetricColumns>>();
  readonly #evaluations = new Map<string, Segment<EvaluationColumns>>();
  /** Null while nobody wants rows: then only the latest are known. */
  #tables: Tables | null = null;
  #latest: LatestRows | null = null;

  constructor(run: string, say: (message: string) => void) {
    this.#directory = path.join(run, metricsDirectory);
    this.#say = say;
  }

  /** The end of what was read; null before the first row. */
  get latest(): LatestRows | null {
    return this.#latest;
  }

  /** All rows. Only between `advance({ keep: true })` and `forgetRows`. */
  all(): { readonly metrics: MetricColumns; readonly evaluations: EvaluationColumns } {
    if (!this.#tables) throw new Error("rows were not kept");
    return {
      metrics: this.#tables.metrics.columns(),
      evaluations: this.#tables.evaluations.columns(),
    };
  }

  /** Lets the memory of rows go; they are read again when somebody wants them. */
  forgetRows(): void {
    this.#tables = null;
  }

  /** Reads on. With `keep` rows are kept and returned; having kept none before, it reads from the beginning. */
  async advance({ keep }: { readonly keep: boolean }): Promise<NewRows> {
    if (!keep) this.#tables = null;
    else if (!this.#tables) this.#begin();
    await this.#findSegments();
    const metrics = await this.#read(this.#metrics);
    const evaluations = await this.#read(this.#evaluations);
    if (!metrics || !evaluations) {
      this.#begin();
      return { ...(await this.advance({ keep })), restarted: true };
    }
    for (const rows of metrics) this.#latest = latestRows(rows, this.#latest);
    if (keep) this.#tables ??= { metrics: metricTable(), evaluations: evaluationTable() };
    return {
      metrics: this.#tables && append(this.#tables.metrics, metrics),
      evaluations: this.#tables && append(this.#tables.evaluations, evaluations),
      restarted: false,
    };
  }

  #begin(): void {
    this.#metrics.clear();
    this.#evaluations.clear();
    this.#tables = null;
    this.#latest = null;
  }

  /** Segments by the number of their launch, so that later rows come later. */
  async #findSegments(): Promise<void> {
    const names = await readdir(this.#directory).catch(() => []);
    for (const name of names.sort()) {
      const match = /^(\d{4,})(\.evaluation)?\.arrows$/.exec(name);
      if (!match || this.#metrics.has(name) || this.#evaluations.has(name)) continue;
      const launch = Number(match[1]);
      const tail = new Tail(path.join(this.#directory, name));
      if (match[2] === undefined) this.#metrics.set(name, { tail, reader: metricReader(launch) });
      else this.#evaluations.set(name, { tail, reader: evaluationReader(launch) });
    }
  }

  /** Null when a segment is not the file that it was. */
  async #read<Columns extends { readonly length: number }>(
    segments: ReadonlyMap<string, Segment<Columns>>,
  ): Promise<Columns[] | null> {
    const columns: Columns[] = [];
    for (const [name, { tail, reader }] of segments) {
      for (;;) {
        const { bytes, restarted } = await tail.read();
        if (restarted) return null;
        if (bytes.length === 0) break;
        const progress = reader.push(bytes);
        for (const { sentence } of progress.problems) this.#say(`${name}: ${sentence}`);
        if (progress.columns.length > 0) columns.push(progress.columns);
      }
    }
    return columns;
  }
}

/** The rows of the table from the first that changed; null when none did. */
function append<Columns>(table: RowTable<Columns>, pieces: readonly Columns[]): Columns | null {
  const changed = Math.min(table.length, ...pieces.map((rows) => table.append(rows)));
  return pieces.length > 0 && changed < table.length ? table.columns(changed) : null;
}
