import fc from "fast-check";
import { expect, test } from "vitest";
import {
  encodeTokenHeader,
  parseTokenHeader,
  tokenFileBytes,
  tokenRowOffset,
} from "../../../trainer/formats/tokens.ts";

const header = { rowLength: 128, rows: 2 ** 33, sha256: Uint8Array.from({ length: 32 }, (_, i) => i) };
const bytes = encodeTokenHeader(header);

test("reads what it writes, also beyond 4 GiB", () => {
  const parsed = parseTokenHeader(bytes, tokenFileBytes(header));
  expect(parsed).toEqual({ ok: true, value: header, warnings: [] });
  expect(tokenRowOffset(128, 2 ** 33)).toBe(tokenFileBytes(header));
});

test("a file of another size, version or kind is refused", () => {
  expect(parseTokenHeader(bytes, tokenFileBytes(header) - 1).ok).toBe(false);
  expect(parseTokenHeader(bytes.subarray(0, 63), 63).ok).toBe(false);
  for (const at of [0, 8, 12, 16, 24]) {
    const changed = Uint8Array.from(bytes);
    changed[at] = 77;
    const parsed = parseTokenHeader(changed, tokenFileBytes(header));
    expect(parsed.ok ? [] : parsed.problems).not.toEqual([]);
  }
});

test("any bytes: a value that fits the file, or sentences", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), fc.nat(2 ** 31), (noise, framed, size) => {
      const input = framed ? Uint8Array.from([...bytes.subarray(0, 16), ...noise]) : noise;
      const parsed = parseTokenHeader(input, size);
      if (parsed.ok) expect(tokenFileBytes(parsed.value)).toBe(size);
      else expect(parsed.problems.every(({ sentence, remedy }) => sentence !== "" && remedy !== "")).toBe(true);
    }),
    { seed: 8, numRuns: 1000 },
  );
});
