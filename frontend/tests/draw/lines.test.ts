import { describe, expect, test } from "vitest";
import type { LayerAttention } from "../../src/attention/source";
import { collectLines, headOffset, lineAlpha, lineWidth } from "../../src/draw/lines";

const ROWS = [
  [0.7, 0.2, 0.1],
  [0.05, 0.9, 0.05],
];

const attention = {
  queries: 2,
  keys: 3,
  row: (head: number, query: number) => Float32Array.from(ROWS[(head + query) % 2] as number[]),
} as unknown as LayerAttention;

describe("collecting", () => {
  test("weak lines come first and each knows its ends", () => {
    const lines = collectLines(attention, [0, 5], { first: 0, end: 2 }, 0.2);
    expect([...lines.weight].map((weight) => weight.toFixed(1))).toEqual([
      "0.2",
      "0.2",
      "0.7",
      "0.7",
      "0.9",
      "0.9",
    ]);
    expect([lines.head[0], lines.query[0], lines.key[0]]).toEqual([0, 0, 1]);
    expect([lines.head[1], lines.query[1], lines.key[1]]).toEqual([5, 1, 1]);
  });

  test("the share of the mass that is drawn is that of all pairs looked at", () => {
    const lines = collectLines(attention, [0], { first: 0, end: 2 }, 0.2);
    expect(lines.pairs).toBe(6);
    expect(lines.mass).toBeCloseTo(2, 5);
    expect(lines.carried).toBeCloseTo(1.8, 5);
    expect(lines.largest).toBeCloseTo(0.9, 5);
    expect(lines.capped).toBe(false);
  });

  test("of too many lines the strongest stay", () => {
    const lines = collectLines(attention, [0], { first: 0, end: 2 }, 0, 2);
    expect([...lines.weight].map((weight) => weight.toFixed(1))).toEqual(["0.7", "0.9"]);
    expect(lines.capped).toBe(true);
  });

  test("queries out of the range are left out", () => {
    const lines = collectLines(attention, [0], { first: 1, end: 2 }, 0.5);
    expect([...lines.query]).toEqual([1]);
  });
});

test.each([
  [0, 0.05, 0.75],
  [0.04, 0.167, 1.23],
  [1, 1, 3.15],
])("a line of weight %f has opacity %f and is %f px wide", (weight, alpha, width) => {
  expect(lineAlpha(weight)).toBeCloseTo(alpha, 3);
  expect(lineWidth(weight)).toBeCloseTo(width, 3);
});

test("heads leave a token side by side, within half a row", () => {
  expect(headOffset(0, 1, 18)).toBe(0);
  expect(headOffset(0, 2, 18)).toBeCloseTo(-1.1);
  expect(headOffset(11, 12, 18) - headOffset(0, 12, 18)).toBeLessThan(9);
});
