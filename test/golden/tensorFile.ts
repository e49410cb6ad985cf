/** safetensors as `reference.py` writes and reads them: float32 only, trusted. */
import { readFileSync, writeFileSync } from "node:fs";
import type { NamedTensor } from "../../trainer/ports.ts";
import type { Tensors } from "./compare.ts";

interface Entry {
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

export function readTensorFile(path: string | URL): Tensors {
  const content = readFileSync(path);
  const headerEnd = 8 + Number(content.readBigUInt64LE(0));
  const header = JSON.parse(content.toString("utf8", 8, headerEnd)) as Record<string, Entry>;
  return new Map(
    Object.entries(header).map(
      ([
        name,
        {
          data_offsets: [begin, end],
        },
      ]) => {
        const bytes = Uint8Array.from(content.subarray(headerEnd + begin, headerEnd + end));
        return [name, new Float32Array(bytes.buffer)];
      },
    ),
  );
}

export function writeTensorFile(path: string, tensors: readonly NamedTensor[]): void {
  let offset = 0;
  const header: Record<string, Entry & { readonly dtype: "F32" }> = {};
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, (offset += values.byteLength)] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const bodies = tensors.map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  writeFileSync(path, Buffer.concat([length, json, ...bodies]));
}
