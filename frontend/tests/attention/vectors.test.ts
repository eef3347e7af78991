import { describe, expect, test } from "vitest";
import { VectorLayer } from "../../src/attention/vectors";
import type { Layer } from "../../src/payload/schema";
import { type Arrays, LAYER, numbers, referenceRow } from "./reference";

const QUERIES = 6;
const KEYS = 5;

function setup(change: Partial<Layer> = {}, arrays: Partial<Arrays> = {}) {
  const layer = { ...LAYER, ...change };
  const all: Arrays = {
    q: numbers(layer.heads * QUERIES * layer.dHead, 1),
    k: numbers(layer.keyHeads * KEYS * layer.dHead, 2),
    relative: null,
    perKey: null,
    dense: null,
    ...arrays,
  };
  return { layer, all, attention: new VectorLayer(layer, QUERIES, KEYS, all) };
}

function expectReference({ layer, all, attention }: ReturnType<typeof setup>): void {
  for (let head = 0; head < layer.heads; head++) {
    for (let query = 0; query < QUERIES; query++) {
      const wanted = referenceRow(layer, QUERIES, KEYS, all, head, query);
      const row = attention.row(head, query);
      for (const [key, weight] of wanted.entries()) expect(row[key]).toBeCloseTo(weight, 6);
    }
  }
}

const relative = numbers(LAYER.heads * (QUERIES + KEYS - 1), 3);
const band = (before: number | null, after: number | null): Partial<Layer> => ({
  bias: { ...LAYER.bias, band: [before, after] },
});

test.each<[string, Partial<Layer>, Partial<Arrays>]>([
  ["grouped key heads", {}, {}],
  ["one key head each", { keyHeads: 4 }, {}],
  ["softcap", { softcap: 1.5 }, {}],
  ["a causal mask", band(null, 0), {}],
  ["a sliding window", band(2, 1), {}],
  ["relative positions", {}, { relative }],
  ["a bias by key and head", {}, { perKey: numbers(LAYER.heads * KEYS, 6) }],
  ["a bias by key for all heads", band(null, 0), { perKey: numbers(KEYS, 7) }],
  ["a dense bias a head", {}, { dense: numbers(LAYER.heads * QUERIES * KEYS, 4) }],
  ["a dense bias for all heads", {}, { dense: numbers(QUERIES * KEYS, 5) }],
  ["sinks", { sinks: [0.5, -1, 3, 0] }, {}],
  ["all at once", { ...band(3, 0), softcap: 2, sinks: [1, 1, 1, 1] }, { relative }],
])("weights equal the plain formula with %s", (_, change, arrays) => {
  expectReference(setup(change, arrays));
});

describe("rows", () => {
  test("sum to one", () => {
    const row = setup().attention.row(1, 2);
    expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
  });

  test("are zero where every key is masked", () => {
    const dense = new Float32Array(QUERIES * KEYS).fill(Number.NEGATIVE_INFINITY);
    expect([...setup({}, { dense }).attention.row(0, 0)]).toEqual([0, 0, 0, 0, 0]);
  });

  test("do not overflow where scores are huge", () => {
    const row = setup({ scale: 1e4 }).attention.row(0, 0);
    expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
  });

  test("are computed once", () => {
    const { attention } = setup();
    expect(attention.row(3, 4)).toBe(attention.row(3, 4));
  });
});

describe("steps", () => {
  test("lead from the dot product to the row, each from the one before", () => {
    const { layer, attention } = setup({ softcap: 2 });
    const { dot, scaled, capped, weight } = attention.steps(2, 3);
    for (let key = 0; key < KEYS; key++) {
      expect(scaled[key]).toBeCloseTo((dot[key] as number) * layer.scale, 6);
      expect(capped[key]).toBeCloseTo(2 * Math.tanh((scaled[key] as number) / 2), 6);
    }
    expect(weight).toEqual(attention.row(2, 3));
  });

  test("share the scaled scores where there is no softcap", () => {
    const { scaled, capped } = setup().attention.steps(0, 0);
    expect(capped).toBe(scaled);
  });

  test("take the key vector of the group", () => {
    const { attention, all } = setup();
    expect(attention.key(3, 2)).toEqual(all.k.subarray((KEYS + 2) * 3, (KEYS + 3) * 3));
    expect(attention.query(3, 2)).toEqual(
      all.q.subarray((3 * QUERIES + 2) * 3, (3 * QUERIES + 3) * 3),
    );
  });
});
