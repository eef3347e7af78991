import { describe, expect, it } from "vitest";
import {
  edges,
  emptyMap,
  NO_GAP,
  pixels,
  pooled,
  poolRow,
  rootByte,
  shrink,
  signByte,
} from "../../src/draw/heatmap";

const map = (rows: number[][]) => ({
  values: Uint8Array.from(rows.flat()),
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
});

describe("bytes", () => {
  it("place a weight by its root", () => {
    expect([0, 0.25, 1].map(rootByte)).toEqual([0, 128, 255]);
    expect(rootByte(1.0000001)).toBe(255);
  });

  it("place a value between −range and +range, and a flat range in the middle", () => {
    expect([-9, -4, 0, 4, 9].map((value) => signByte(value, 4))).toEqual([0, 0, 128, 255, 255]);
    expect(signByte(0, 0)).toBe(128);
  });
});

describe("edges", () => {
  it("share out the pixels without a rest", () => {
    expect([...edges(3, 10)]).toEqual([0, 3, 7, 10]);
    expect([...edges(2, 10)]).toEqual([0, 5, 10]);
  });
});

describe("shrink", () => {
  it("keeps the largest of each cell", () => {
    const small = shrink(
      map([
        [1, 9, 2, 3],
        [4, 5, 6, 7],
        [0, 0, 8, 0],
        [0, 2, 0, 0],
      ]),
      2,
      2,
    );
    expect([...small.values]).toEqual([9, 7, 2, 8]);
  });

  it("leaves a map alone that fits", () => {
    const small = map([[1, 2]]);
    expect(shrink(small, 4, 4)).toBe(small);
  });

  it("uses every cell exactly as often as places allow", () => {
    const counts = new Array(7).fill(0);
    for (let i = 0; i < 21; i++) counts[pooled(i, 21, 7)]++;
    expect(counts).toEqual(new Array(7).fill(3));
  });
});

describe("poolRow", () => {
  it("builds the same map row by row as pooling the whole at once", () => {
    const size = 11;
    const weights = Array.from({ length: size }, (_, i) =>
      Float32Array.from({ length: size }, (_, j) => ((i * 7 + j * 13) % 17) / 17),
    );
    const step = emptyMap(4, 5);
    for (const [query, row] of weights.entries()) poolRow(step, row, query, size);
    const whole = shrink(map(weights.map((row) => [...row].map(rootByte))), 4, 5);
    expect([...step.values]).toEqual([...whole.values]);
  });
});

describe("pixels", () => {
  it("grows by nearest and leaves the gaps transparent", () => {
    const table = new Uint32Array(256).map((_, i) => i + 100);
    const cells = { x: edges(2, 4), y: edges(1, 2), gap: { x: 1, y: 1 } };
    expect([...pixels(map([[1, 2]]), table, cells)]).toEqual([101, 0, 102, 0, 0, 0, 0, 0]);
    expect([...pixels(map([[1, 2]]), table, { ...cells, gap: NO_GAP })]).toEqual([
      101, 101, 102, 102, 101, 101, 102, 102,
    ]);
  });
});
