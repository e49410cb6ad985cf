/**
 * The rows of all launches as one table. A launch that resumed computes steps again that an earlier one had gone beyond:
 * its rows supersede those, from the first step it computed on.
 */
import type { EvaluationColumns, MetricColumns } from "./metrics.ts";

export interface RowTable<Columns> {
  readonly length: number;
  /**
   * Appends rows; steps rise within a launch, and launches come in their order. Rows with steps that are in the table
   * already replace those and all after them; rows of a launch before the table's latest are superseded, hence dropped.
   * Returns the position of the first row that changed, `length` when none did.
   */
  append(rows: Columns): number;
  /** A copy of the rows from `from` (all of them by default): arrays of just their size, safe to keep and cheap to post. */
  columns(from?: number): Columns;
}

export function metricTable(): RowTable<MetricColumns> {
  return table((column, length): MetricColumns => {
    const activeLayers = column("activeLayers", Uint8Array);
    return {
      length,
      step: column("step", Float64Array),
      tokens: column("tokens", Float64Array),
      loss: column("loss", Float32Array),
      gradientNorm: column("gradientNorm", Float32Array),
      learningRate: column("learningRate", Float64Array),
      stage: column("stage", Uint16Array),
      activeLayers,
      bytesPerRow: length > 0 ? activeLayers.length / length : 0,
      layerFlops: column("layerFlops", Float64Array),
      stepMilliseconds: column("stepMilliseconds", Float32Array),
      tokensPerSecond: column("tokensPerSecond", Float32Array),
      time: column("time", Float64Array),
      launch: column("launch", Uint16Array),
    };
  });
}

export function evaluationTable(): RowTable<EvaluationColumns> {
  return table((column, length): EvaluationColumns => ({
    length,
    step: column("step", Float64Array),
    tokens: column("tokens", Float64Array),
    loss: column("loss", Float32Array),
    milliseconds: column("milliseconds", Float32Array),
    time: column("time", Float64Array),
    launch: column("launch", Uint16Array),
  }));
}

type Values = Float64Array | Float32Array | Uint16Array | Uint8Array;
type Constructor<V extends Values> = new (buffer: ArrayBuffer, offset: number, length: number) => V;
type Build<Columns> = (column: <V extends Values>(name: string, kind: Constructor<V>) => V, length: number) => Columns;

interface Rows {
  readonly length: number;
  readonly step: Float64Array;
  readonly launch: Uint16Array;
}

function table<Columns extends Rows>(build: Build<Columns>): RowTable<Columns> {
  const columns = new Map<string, GrowingColumn>();
  let length = 0;
  let latestLaunch = 0;

  /** First position with a step of at least `step`; steps rise through the table. */
  function positionOf(step: number): number {
    const steps = columns.get("step");
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((steps?.at(middle) ?? 0) < step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function appendRange(rows: Columns, from: number, to: number): number {
    const first = positionOf(rows.step[from] as number);
    length = first;
    for (const [name, values] of Object.entries(rows)) {
      if (!ArrayBuffer.isView(values)) continue;
      const column = columns.get(name) ?? new GrowingColumn();
      columns.set(name, column);
      column.write(first, new Uint8Array(values.buffer, values.byteOffset, values.byteLength), rows.length, from, to);
    }
    length = first + to - from;
    return first;
  }

  return {
    get length() {
      return length;
    },
    append(rows) {
      let changed = Infinity;
      for (let from = 0; from < rows.length;) {
        const launch = rows.launch[from] as number;
        let to = from + 1;
        while (
          to < rows.length &&
          rows.launch[to] === launch &&
          (rows.step[to] as number) > (rows.step[to - 1] as number)
        ) {
          to++;
        }
        if (launch >= latestLaunch) {
          latestLaunch = launch;
          changed = Math.min(changed, appendRange(rows, from, to));
        }
        from = to;
      }
      return Math.min(changed, length);
    },
    columns: (from = 0) =>
      build((name, kind) => {
        const column = columns.get(name);
        return column ? column.copy(kind, from, length) : new kind(new ArrayBuffer(0), 0, 0);
      }, length - from),
  };
}

/** Bytes of one column, with room to grow: doubling makes an append cost O(its rows) in the long run. */
class GrowingColumn {
  #bytes = new Uint8Array(0);
  #rowBytes = 0;

  /** Writes rows from..to of `source`, which has `rows` of them, at row `first`. */
  write(first: number, source: Uint8Array, rows: number, from: number, to: number): void {
    const rowBytes = source.length / rows;
    // All launches of a run have the same layers, hence rows of one size; a foreign writer's are cut or filled up.
    if (this.#rowBytes === 0) this.#rowBytes = rowBytes;
    const end = (first + to - from) * this.#rowBytes;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    if (rowBytes === this.#rowBytes) {
      this.#bytes.set(source.subarray(from * rowBytes, to * rowBytes), first * rowBytes);
      return;
    }
    for (let row = from; row < to; row++) {
      const at = (first + row - from) * this.#rowBytes;
      this.#bytes.fill(0, at, at + this.#rowBytes);
      const kept = Math.min(rowBytes, this.#rowBytes);
      this.#bytes.set(source.subarray(row * rowBytes, row * rowBytes + kept), at);
    }
  }

  at(row: number): number {
    return new Float64Array(this.#bytes.buffer, row * 8, 1)[0] as number;
  }

  copy<V extends Values>(kind: Constructor<V>, from: number, to: number): V {
    const bytesPerValue = new kind(new ArrayBuffer(0), 0, 0).BYTES_PER_ELEMENT;
    const bytes = this.#bytes.slice(from * this.#rowBytes, to * this.#rowBytes);
    return new kind(bytes.buffer, 0, bytes.length / bytesPerValue);
  }
}
