/**
 * Metric rows as an Arrow IPC stream that is still open: the schema once, a record batch for any number of rows, the
 * end-of-stream marker only at a clean end. Concatenated they are one stream, which any Arrow library reads.
 */
import {
  columnFromArray,
  fixedSizeBinary,
  tableFromColumns,
  tableToIPC,
  timestamp,
  TimeUnit,
  type Column,
} from "@uwdata/flechette";
import type { EvaluationRow, MetricRow } from "../protocol/metrics.ts";
import { evaluationColumns, metricColumns, type ColumnSpec } from "./metricColumns.ts";

export interface StreamWriter<Row> {
  /** The stream's first bytes: its schema. */
  readonly header: Uint8Array;
  /** One record batch; a multiple of 8 bytes. `rows` is not empty. */
  batch(rows: readonly Row[]): Uint8Array;
}

/** The stream's last bytes, after a clean end only. */
export const endOfStream: Uint8Array = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** Rows whose `activeLayers` have ceil(layers / 8) bytes. */
export function metricWriter(layers: number): StreamWriter<MetricRow> {
  const activeLayers = new Uint8Array(Math.ceil(layers / 8));
  const numbers = { step: 0, tokens: 0, loss: 0, gradientNorm: 0, learningRate: 0, stage: 0 };
  const times = { layerFlops: 0, stepMilliseconds: 0, tokensPerSecond: 0, time: 0 };
  return writer<MetricRow>(metricColumns, activeLayers.length, { ...numbers, activeLayers, ...times });
}

export const evaluationWriter = (): StreamWriter<EvaluationRow> =>
  writer<EvaluationRow>(evaluationColumns, 0, { step: 0, tokens: 0, loss: 0, milliseconds: 0, time: 0 });

/** `blank` is any row: the library gives the schema only together with a batch. */
function writer<Row extends object>(
  columns: Readonly<Record<keyof Row, ColumnSpec>>,
  bytesPerRow: number,
  blank: Row,
): StreamWriter<Row> {
  const names = Object.keys(columns) as (keyof Row & string)[];
  const stream = (rows: readonly Row[]): Uint8Array => {
    const built = names.map((name): [string, Column<unknown>] => {
      const { type } = columns[name];
      return [
        name,
        column(
          rows.map((row) => written(row[name], type)),
          type,
          bytesPerRow,
        ),
      ];
    });
    const bytes = tableToIPC(tableFromColumns(built), { format: "stream" });
    if (!bytes) throw new Error("The Arrow encoder gave no bytes.");
    return bytes;
  };
  const whole = stream([blank]);
  const header = whole.slice(0, messageBytes(whole));
  return {
    header,
    batch: (rows) => stream(rows).slice(header.length, -endOfStream.length),
  };
}

/** Size of the first message, which has no body: a prefix of 8 bytes and the metadata whose size the prefix tells. */
const messageBytes = (stream: Uint8Array): number =>
  8 + new DataView(stream.buffer, stream.byteOffset).getUint32(4, true);

/** Whole numbers go into whole columns: a clock may tell fractions of a millisecond. */
function written(value: unknown, type: ColumnSpec["type"]): unknown {
  return typeof value === "number" && (type === "int64" || type === "timestamp[ms, UTC]") ? Math.round(value) : value;
}

/** Numbers go in as typed arrays, which the library takes as they are: through its builders a batch costs twice as much. */
function column(values: readonly unknown[], type: ColumnSpec["type"], bytesPerRow: number): Column<unknown> {
  switch (type) {
    case "int64":
      return columnFromArray(BigInt64Array.from(values, (value) => BigInt(Number(value))));
    case "uint16":
      return columnFromArray(Uint16Array.from(values, Number));
    case "float32":
      return columnFromArray(Float32Array.from(values, Number));
    case "float64":
      return columnFromArray(Float64Array.from(values, Number));
    case "timestamp[ms, UTC]":
      return columnFromArray([...values], timestamp(TimeUnit.MILLISECOND, "UTC"));
    case "fixed_size_binary":
      return columnFromArray([...values], fixedSizeBinary(bytesPerRow));
    default:
      return type satisfies never;
  }
}
