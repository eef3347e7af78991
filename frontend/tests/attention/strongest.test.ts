import { expect, test } from "vitest";
import { ChosenLayer } from "../../src/attention/chosen";
import { StrongestLayer } from "../../src/attention/strongest";
import { LAYER } from "./reference";

/** Two heads, three queries, ten keys; head 1 keeps nothing but one key a query. */
const layer = new StrongestLayer({ ...LAYER, heads: 2 }, 3, 10, {
  counts: Uint16Array.of(2, 3, 1, 1, 1, 1),
  keys: Uint16Array.of(1, 6, 0, 4, 5, 9, 3, 3, 3),
  values: Uint8Array.of(255, 51, 102, 255, 51, 255, 255, 255, 255),
  scale: Float32Array.of(0.5, 0.25, 1, 0.125, 0.125, 0),
  below: 0.01,
});

test("a row holds the weights that are kept", () => {
  const row = Array.from(layer.row(0, 1));
  expect(row.map((weight) => Number(weight.toFixed(6)))).toEqual([
    0.1, 0, 0, 0, 0.25, 0, 0, 0, 0, 0.05,
  ]);
  expect(layer.row(0, 0)[7]).toBeCloseTo(0.1, 6);
  expect(layer.row(1, 1)[3]).toBeCloseTo(0.125, 6);
});

test("what is not kept is told from a weight of zero", () => {
  const kept = (head: number, query: number): number[] =>
    Array.from({ length: 10 }, (_, key) => key).filter((key) =>
      layer.missing.has(head, query, key),
    );
  expect(kept(0, 0)).toEqual([1, 7]);
  expect(kept(0, 1)).toEqual([0, 4, 9]);
  expect(kept(0, 2)).toEqual([9]);
  expect(kept(1, 2)).toEqual([3]);
  expect(layer.row(1, 2)[3]).toBe(0);
  expect(layer.missing.below).toBe(0.01);
});

test("units of such rows say that they are sums of what was kept", () => {
  const whole = [...Array(10).keys()];
  const side = (units: number[][]) => ({ units, place: [], text: whole, refused: [] });
  const keys = side([whole.slice(0, 5), whole.slice(5, 8), [8]]);
  const units = new ChosenLayer(layer, { queries: side([[0], [1, 2]]), keys }, false);
  expect(units.row(0, 1)[0]).toBeCloseTo(0.175, 6);
  expect(units.missing?.below).toBeNull();
  expect([0, 1, 2].map((key) => units.missing?.has(0, 0, key))).toEqual([true, true, false]);
});
