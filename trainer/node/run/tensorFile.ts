/** Safetensors files of any size: written tensor by tensor with their hash, read one tensor at a time. */
import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import {
  encodeHeader,
  lengthBytes,
  parseHeader,
  parseHeaderLength,
  type TensorPlace,
} from "../../formats/safetensors.ts";
import type { TensorStream } from "../../ports.ts";
import type { Parsed } from "../../protocol/errors.ts";
import { checkpointCorrupt } from "../commandLine/failures.ts";

export interface WrittenFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** Bytes per write: large enough to be fast, small enough that lease and control are served in between. */
const pieceBytes = 4 << 20;

/** Creates `file` and flushes it to the disk. */
export async function writeTensors(file: string, tensors: TensorStream): Promise<WrittenFile> {
  const handle = await open(file, "wx");
  try {
    const hash = createHash("sha256");
    let bytes = 0;
    const append = async (content: Uint8Array): Promise<void> => {
      for (let offset = 0; offset < content.length; offset += pieceBytes) {
        const piece = content.subarray(offset, offset + pieceBytes);
        const written = writeAll(handle, piece);
        hash.update(piece);
        await written;
        bytes += piece.length;
      }
    };
    await append(encodeHeader(tensors.specs));
    for await (const { values } of tensors)
      await append(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    await handle.sync();
    return { bytes, sha256: hash.digest("hex") };
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, offset, bytes.length - offset);
    offset += bytesWritten;
  }
}

/** Reads tensors of one file by name. The header is read once; each tensor when it is asked for. */
export class TensorReader {
  readonly #file: string;
  #places: Promise<ReadonlyMap<string, TensorPlace>> | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  /** Throws `checkpointCorrupt` when there is no such float32 tensor. */
  async read(name: string): Promise<Float32Array> {
    const handle = await open(this.#file, "r");
    try {
      this.#places ??= this.#readPlaces(handle);
      const place = (await this.#places).get(name);
      if (place === undefined || place.type !== "F32")
        throw checkpointCorrupt(this.#file, `It has no tensor "${name}".`);
      const values = new Float32Array(place.bytes / 4);
      await readAll(handle, new Uint8Array(values.buffer), place.offset);
      return values;
    } finally {
      await handle.close();
    }
  }

  async #readPlaces(handle: FileHandle): Promise<ReadonlyMap<string, TensorPlace>> {
    const { size } = await handle.stat();
    const start = new Uint8Array(Math.min(lengthBytes, size));
    await readAll(handle, start, 0);
    const length = this.#parsed(parseHeaderLength(start, size));
    const header = new Uint8Array(lengthBytes + length);
    await readAll(handle, header, 0);
    return new Map(this.#parsed(parseHeader(header, size)).tensors.map((tensor) => [tensor.name, tensor]));
  }

  #parsed<T>(parsed: Parsed<T>): T {
    if (parsed.ok) return parsed.value;
    throw checkpointCorrupt(this.#file, parsed.problems[0]?.sentence ?? "Its header cannot be read.");
  }
}

async function readAll(handle: FileHandle, target: Uint8Array, position: number): Promise<void> {
  for (let offset = 0; offset < target.length;) {
    const { bytesRead } = await handle.read(target, offset, target.length - offset, position + offset);
    if (bytesRead === 0) throw new Error("internal: a tensor file ends before its header said.");
    offset += bytesRead;
  }
}
