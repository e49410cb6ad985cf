/**
 * Token shards: rows of token ids, all of one length, in a file that is read row by row.
 *
 *     offset  bytes  content (little-endian)
 *          0      8  "RAPTRTOK"
 *          8      4  version: 1
 *         12      4  type of a token: 1 = uint16
 *         16      4  tokens per row
 *         20      4  0
 *         24      8  number of rows
 *         32     32  SHA-256 of everything after the header
 *         64         rows, one after another
 */
import type { Parsed, Problem } from "../protocol/errors.ts";

export const tokenHeaderBytes = 64;
export const bytesPerToken = 2;

const magic = new TextEncoder().encode("RAPTRTOK");
const version = 1;
const uint16Tokens = 1;

export interface TokenHeader {
  /** Tokens per row, at least 1. */
  readonly rowLength: number;
  readonly rows: number;
  /** 32 bytes. */
  readonly sha256: Uint8Array;
}

export const tokenFileBytes = (header: Pick<TokenHeader, "rowLength" | "rows">): number =>
  tokenHeaderBytes + header.rows * header.rowLength * bytesPerToken;

/** Byte offset of row `index`. */
export const tokenRowOffset = (rowLength: number, index: number): number =>
  tokenHeaderBytes + index * rowLength * bytesPerToken;

export function encodeTokenHeader(header: TokenHeader): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(tokenHeaderBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(magic, 0);
  view.setUint32(8, version, true);
  view.setUint32(12, uint16Tokens, true);
  view.setUint32(16, header.rowLength, true);
  view.setBigUint64(24, BigInt(header.rows), true);
  bytes.set(header.sha256.subarray(0, 32), 32);
  return bytes;
}

/** Reads the header of a file of `fileBytes` bytes from its first bytes; the caller compares the SHA-256. */
export function parseTokenHeader(bytes: Uint8Array, fileBytes: number): Parsed<TokenHeader> {
  if (bytes.length < tokenHeaderBytes) return refuse("torn", "The file ends within its header.");
  if (magic.some((byte, at) => bytes[at] !== byte)) return refuse("not-tokens", "The file is not a token shard.");
  const view = new DataView(bytes.buffer, bytes.byteOffset, tokenHeaderBytes);
  const problems: Problem[] = [];
  const check = (holds: boolean, code: string, sentence: string): void => {
    if (!holds) problems.push(problem(code, sentence));
  };
  const rowLength = view.getUint32(16, true);
  const rows = Number(view.getBigUint64(24, true));
  check(view.getUint32(8, true) === version, "version", `The version is ${view.getUint32(8, true)}, not ${version}.`);
  check(view.getUint32(12, true) === uint16Tokens, "type", "The tokens are not uint16.");
  check(rowLength > 0, "row-length", "The rows have no tokens.");
  check(
    fileBytes === tokenFileBytes({ rowLength, rows }),
    "size",
    `The file has ${fileBytes} bytes, but ${rows} rows of ${rowLength} tokens are ${tokenFileBytes({ rowLength, rows })}.`,
  );
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: { rowLength, rows, sha256: bytes.slice(32, 64) }, warnings: [] };
}

const refuse = (code: string, sentence: string): Parsed<never> => ({ ok: false, problems: [problem(code, sentence)] });

const problem = (code: string, sentence: string): Problem => ({
  severity: "error",
  code: `tokens-${code}`,
  path: [],
  span: null,
  sentence,
  remedy: "Delete the file; it is made again from the text.",
});
