import { expect, test } from "vitest";
import * as format from "../../webviews/kit/format.ts";

const plain = (text: string): string => text.replaceAll("\u00a0", " ");

test.each([
  [format.count(0), "0"],
  [format.count(999), "999"],
  [format.count(12_480), "12 480"],
  [format.count(-1_234_567), "−1 234 567"],
  [format.count(-0.2), "0"],
  [format.count(NaN), "–"],
  [format.compact(41_234), "41.2 k"],
  [format.compact(999.4), "999"],
  [format.compact(999_600), "1.00 M"],
  [format.compact(7), "7"],
  [format.compact(2.5e15), "2.50 P"],
  [format.compactTick(2_500_000), "2.5 M"],
  [format.compactTick(200_000), "200 k"],
  [format.duration(4320), "1 h 12 min"],
  [format.duration(240), "4 min"],
  [format.duration(38), "38 s"],
  [format.duration(0.42), "0.4 s"],
  [format.duration(3600), "1 h"],
  [format.duration(3599.9), "1 h"],
  [format.duration(200_000), "2 d 8 h"],
  [format.duration(-1), "–"],
  [format.fixed(2.3144), "2.314"],
  [format.fixed(-0.00001), "0.000"],
  [format.fixed(NaN), "NaN"],
  [format.fixed(-Infinity), "−∞"],
  [format.signed(-0.0541), "−0.054"],
  [format.signed(0.01), "+0.010"],
  [format.signed(0.0001), "0.000"],
  [format.exponent(0.00041), "4.1e−4"],
  [format.exponent(0), "0"],
  [format.percent(0.575), "57.5"],
])("numbers read as people write them: %s", (written, expected) => {
  expect(plain(written)).toBe(expected);
});
