/** Files that are there whole or not at all: written beside their place, then renamed over it. */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";

export interface ReplaceOptions {
  /** Also survive a power cut: the file and its directory's entry are flushed to the disk. */
  readonly durable?: boolean;
}

/** Replaces `file` by one that holds `text`. A reader sees the old file or the new one, never a part. */
export function replaceFile(file: string, text: string, { durable = false }: ReplaceOptions = {}): void {
  const temporary = `${file}.${process.pid}.tmp`;
  const descriptor = openSync(temporary, "w");
  try {
    const bytes = Buffer.from(text);
    for (let offset = 0; offset < bytes.length;) offset += writeSync(descriptor, bytes, offset);
    if (durable) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameOver(temporary, file);
}

/** Flushes a directory's entries. Windows has no such call and needs none: NTFS journals renames. */
export function syncDirectory(directory: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const transientOnWindows = new Set(["EPERM", "EACCES", "EBUSY"]);

/** `rename`, patient with Windows, where a file cannot be replaced in the instant another process reads it. */
export function renameOver(from: string, to: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const transient = process.platform === "win32" && transientOnWindows.has(errorCode(error) ?? "");
      if (!transient || attempt === 20) throw error;
      sleepSync(10);
    }
  }
}

/** The system's name of a failure ("ENOENT"), or null when `error` is not the system's. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

function sleepSync(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
