import { describe, expect, it } from "vitest";
import type { LayerAttention } from "../../../src/attention/source";
import { affordable, scanner } from "../../../src/views/model/scan";

/** Heads that look at one key each: head h of every query at key h. */
function attention(heads: number, size: number, seen: [number, number][] = []): LayerAttention {
  return {
    layer: { heads, dHead: 4 } as LayerAttention["layer"],
    queries: size,
    keys: size,
    row: (head, query) => {
      seen.push([head, query]);
      return Float32Array.from({ length: size }, (_, key) => (key === head ? 1 : 0));
    },
    missing: null,
    rowCost: 1,
    query: () => null,
    key: () => null,
    steps: () => null,
  };
}

const facts = {
  keys: 3,
  same: true,
  special: [true, false, false],
  place: { query: [0, 1, 2, 3], key: [0, 1, 2, 3] },
  segments: null,
};

describe("scanner", () => {
  it("takes the head that is shown first, then the others, and ends", () => {
    const seen: [number, number][] = [];
    const layer = attention(3, 3, seen);
    const scan = scanner(facts);
    while (scan.step(0, layer, 1, true));
    expect(seen.map(([head]) => head)).toEqual([1, 1, 1, 0, 0, 0, 2, 2, 2]);
    expect(scan.of(0, 1)?.complete).toBe(true);
    expect(scan.of(0, 0)?.metrics?.special).toBe(1);
    expect(scan.of(0, 2)?.metrics?.distance).toBe(1);
    expect(scan.of(1, 0)).toBeUndefined();
  });

  it("builds the exact map of a head", () => {
    const scan = scanner(facts);
    const layer = attention(3, 3);
    while (scan.step(0, layer, 2, true));
    expect([...(scan.of(0, 2)?.map?.values ?? [])]).toEqual([0, 0, 255, 0, 0, 255, 0, 0, 255]);
  });

  it("goes on where it stopped when the head comes up again", () => {
    const seen: [number, number][] = [];
    const layer = attention(2, 3, seen);
    const scan = scanner(facts);
    scan.step(0, layer, 0, true);
    scan.step(0, layer, 1, true);
    while (scan.step(0, layer, 0, true));
    expect(seen).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
    ]);
  });

  it("lets old maps go, keeps their numbers, and makes a map again when it is shown", () => {
    const layer = attention(60, 3);
    const scan = scanner(facts);
    while (scan.step(0, layer, 0, true));
    const kept = Array.from({ length: 60 }, (_, head) => scan.of(0, head)?.map !== null);
    expect(kept.filter(Boolean).length).toBe(48);
    expect(scan.of(0, 0)?.metrics).not.toBeNull();
    scan.step(0, layer, 0, true);
    expect(scan.of(0, 0)?.metrics).not.toBeNull();
    while (scan.step(0, layer, 0, true));
    expect(scan.of(0, 0)?.complete).toBe(true);
  });

  it("measures the shown head alone where the others are not there", () => {
    const seen: [number, number][] = [];
    const layer = attention(3, 3, seen);
    const scan = scanner(facts);
    while (scan.step(0, layer, 1, false));
    expect(seen.map(([head]) => head)).toEqual([1, 1, 1]);
    expect(scan.of(0, 0)).toBeUndefined();
  });

  it("leaves the other heads out where they would take minutes", () => {
    const long = attention(32, 3);
    Object.assign(long, { queries: 8192, keys: 8192, rowCost: 8192 * 64 });
    expect(affordable(long)).toBe(false);
    expect(affordable(attention(12, 512))).toBe(true);
  });
});
