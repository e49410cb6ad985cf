/** Small JSON files of a run directory, read whole. */
import { readFile } from "node:fs/promises";
import type { Parsed } from "../../trainer/protocol/errors.ts";
import { parseJson } from "../../trainer/protocol/readers.ts";
import { isMissing } from "./tail.ts";

/** Null when there is no such file. */
export async function readJson<T>(file: string, parse: (value: unknown) => Parsed<T>): Promise<Parsed<T> | null> {
  try {
    return parseJson(await readFile(file, "utf8"), parse);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
