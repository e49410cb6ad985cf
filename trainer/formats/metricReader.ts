/** Metric streams to columns, as they grow. Columns are found by name; columns of other names are passed over. */
import type { Problem } from "../protocol/errors.ts";
import type { EvaluationColumns, MetricColumns } from "../protocol/metrics.ts";
import { ArrowStreamReader, type ArrowColumn, type ArrowRows } from "./arrowStream.ts";

export interface Progress<Columns> {
  /** Rows of the batches that became complete; possibly none. */
  readonly columns: Columns;
  readonly problems: readonly Problem[];
}

export interface StreamReader<Columns> {
  /** Takes the next bytes of the segment, cut anywhere. Never throws. */
  push(bytes: Uint8Array): Progress<Columns>;
  /** "ended" after a clean end, "damaged" after a problem. */
  readonly state: "reading" | "ended" | "damaged";
}

/** Reads one `metrics/NNNN.arrows`, the segment of launch `launch`. */
export const metricReader = (launch: number): StreamReader<MetricColumns> => {
  let bytesPerRow = 0;
  return reader((batches) => {
    const column = collector(batches);
    const activeLayers = column.bytes("activeLayers");
    if (column.rows > 0) bytesPerRow = activeLayers.width;
    return {
      length: column.rows,
      step: column.into(new Float64Array(column.rows), "step"),
      tokens: column.into(new Float64Array(column.rows), "tokens"),
      loss: column.into(new Float32Array(column.rows), "loss"),
      gradientNorm: column.into(new Float32Array(column.rows), "gradientNorm"),
      learningRate: column.into(new Float64Array(column.rows), "learningRate"),
      stage: column.into(new Uint16Array(column.rows), "stage"),
      activeLayers: activeLayers.values,
      bytesPerRow,
      layerFlops: column.into(new Float64Array(column.rows), "layerFlops"),
      stepMilliseconds: column.into(new Float32Array(column.rows), "stepMilliseconds"),
      tokensPerSecond: column.into(new Float32Array(column.rows), "tokensPerSecond"),
      time: column.into(new Float64Array(column.rows), "time"),
      launch: new Uint16Array(column.rows).fill(launch),
    };
  });
};

/** Reads one `metrics/NNNN.evaluation.arrows`. */
export const evaluationReader = (launch: number): StreamReader<EvaluationColumns> =>
  reader((batches) => {
    const column = collector(batches);
    return {
      length: column.rows,
      step: column.into(new Float64Array(column.rows), "step"),
      tokens: column.into(new Float64Array(column.rows), "tokens"),
      loss: column.into(new Float32Array(column.rows), "loss"),
      milliseconds: column.into(new Float32Array(column.rows), "milliseconds"),
      time: column.into(new Float64Array(column.rows), "time"),
      launch: new Uint16Array(column.rows).fill(launch),
    };
  });

/** A batch whose columns are not what is read: the rest of the segment is given up, as after any damage. */
class Unfit extends Error {}

function reader<Columns>(build: (batches: readonly ArrowRows[]) => Columns): StreamReader<Columns> {
  const stream = new ArrowStreamReader();
  let unfit = false;
  return {
    get state() {
      return unfit ? "damaged" : stream.state;
    },
    push(bytes) {
      if (unfit) return { columns: build([]), problems: [] };
      const { batches, problems } = stream.push(bytes);
      try {
        return { columns: build(batches), problems };
      } catch (error) {
        if (!(error instanceof Unfit)) throw error;
        unfit = true;
        return { columns: build(fitting(batches, build)), problems: [...problems, unfitProblem(error.message)] };
      }
    },
  };
}

/** The batches before the first unfit one. */
function fitting(
  batches: readonly ArrowRows[],
  build: (batches: readonly ArrowRows[]) => unknown,
): readonly ArrowRows[] {
  const first = batches.findIndex((batch) => {
    try {
      build([batch]);
      return false;
    } catch (error) {
      if (error instanceof Unfit) return true;
      throw error;
    }
  });
  return batches.slice(0, first);
}

type Numbers = Float64Array | Float32Array | Uint16Array;

function collector(batches: readonly ArrowRows[]) {
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  const columnOf = (batch: ArrowRows, name: string): ArrowColumn => {
    const column = batch.columns.get(name);
    if (!column) throw new Unfit(`There is no column "${name}".`);
    if (column.nulls > 0) throw new Unfit(`The column "${name}" has nulls.`);
    return column;
  };
  return {
    rows,
    /** Fills `target` with the column's numbers, of whatever numeric type they are. */
    into<N extends Numbers>(target: N, name: string): N {
      let at = 0;
      for (const batch of batches) {
        const values = numbersOf(columnOf(batch, name), name);
        for (const value of values) target[at++] = Number(value);
      }
      return target;
    },
    bytes(name: string): { readonly width: number; readonly values: Uint8Array } {
      const columns = batches.map((batch) => columnOf(batch, name));
      const widths = new Set(columns.map(({ type }) => (type.kind === "bytes" ? type.width : 0)));
      const width = widths.values().next().value ?? 0;
      if (widths.has(0) || widths.size > 1) throw new Unfit(`The column "${name}" is not a bit set.`);
      const values = new Uint8Array(rows * width);
      let at = 0;
      for (const column of columns) {
        values.set(column.values, at);
        at += column.values.length;
      }
      return { width, values };
    },
  };
}

function numbersOf({ type, values }: ArrowColumn, name: string): Iterable<number | bigint> {
  const { buffer } = values;
  switch (type.kind) {
    case "float":
      return type.bits === 32 ? new Float32Array(buffer) : new Float64Array(buffer);
    case "timestamp":
      return new BigInt64Array(buffer);
    case "int":
      return integersOf(type.bits, type.signed, buffer);
    case "bytes":
    case "other":
      throw new Unfit(`The column "${name}" has no numbers.`);
    default:
      return type satisfies never;
  }
}

function integersOf(bits: 8 | 16 | 32 | 64, signed: boolean, buffer: ArrayBuffer): Iterable<number | bigint> {
  switch (bits) {
    case 8:
      return signed ? new Int8Array(buffer) : new Uint8Array(buffer);
    case 16:
      return signed ? new Int16Array(buffer) : new Uint16Array(buffer);
    case 32:
      return signed ? new Int32Array(buffer) : new Uint32Array(buffer);
    case 64:
      return signed ? new BigInt64Array(buffer) : new BigUint64Array(buffer);
    default:
      return bits satisfies never;
  }
}

const unfitProblem = (why: string): Problem => ({
  severity: "error",
  code: "metrics-unfit",
  path: [],
  span: null,
  sentence: `The metrics are not those of a run: ${why}`,
  remedy: "The column names and types of metric streams are in the run directory's specification.",
});
