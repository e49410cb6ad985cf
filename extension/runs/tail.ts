/** Reads a growing file from where the last reading ended. */
import { open } from "node:fs/promises";

/** What a file had to say since the last reading. `restarted`: it is shorter or another file now, so this is its beginning. */
export interface Growth {
  readonly bytes: Uint8Array;
  readonly restarted: boolean;
}

/** At most this much is read at once, so that one large file does not hold up all others. */
const chunkBytes = 4 << 20;

/**
 * A cursor into one append-only file. A missing file reads as empty; a file that was replaced (another inode) or cut
 * (shorter than the cursor) is read anew, and the reader is told.
 */
export class Tail {
  readonly file: string;
  #offset = 0;
  #inode = 0;

  constructor(file: string) {
    this.file = file;
  }

  /** The next bytes; empty when there is nothing new. Call again while it returns a full chunk. */
  async read(): Promise<Growth> {
    const nothing = { bytes: new Uint8Array(0), restarted: false };
    const handle = await openIfThere(this.file);
    if (!handle) return nothing;
    try {
      const { size, ino } = await handle.stat();
      const restarted = this.#offset > 0 && (size < this.#offset || ino !== this.#inode);
      if (restarted) this.#offset = 0;
      this.#inode = ino;
      const wanted = Math.min(size - this.#offset, chunkBytes);
      if (wanted <= 0) return { ...nothing, restarted };
      const bytes = new Uint8Array(wanted);
      const { bytesRead } = await handle.read(bytes, 0, wanted, this.#offset);
      this.#offset += bytesRead;
      return { bytes: bytes.subarray(0, bytesRead), restarted };
    } finally {
      await handle.close();
    }
  }
}

async function openIfThere(file: string): Promise<Awaited<ReturnType<typeof open>> | null> {
  try {
    return await open(file, "r");
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
