import { expect, test } from "vitest";
import { ChosenLayer } from "../../../src/attention/chosen";
import type { LayerAttention } from "../../../src/attention/source";
import type { Layer } from "../../../src/payload/schema";
import { answer, costOf, type Question, type Weights } from "../../../src/views/text/count";

/** Two heads over three tokens; head 1 is head 0 upside down. */
const ROWS = [
  [0.5, 0.3, 0.2],
  [0.1, 0.6, 0.3],
  [0.25, 0.25, 0.5],
];
const layer: LayerAttention = {
  layer: { heads: 2, dHead: 4 } as Layer,
  missing: null,
  queries: 3,
  keys: 3,
  rowCost: 12,
  row: (head, query) => Float32Array.from(ROWS[head === 0 ? query : 2 - query] as number[]),
  query: () => null,
  key: () => null,
  steps: () => null,
};

function asked(weights: Weights, question: Question): { values: number[]; shares: number[] } {
  const work = answer(weights, question);
  const shares: number[] = [];
  let step = work.next();
  while (!step.done) {
    shares.push(step.value);
    step = work.next();
  }
  return { values: [...step.value].map((value) => Number(value.toFixed(4))), shares };
}

test("rows, columns and means of one head", () => {
  const weights = { attention: layer, heads: [0] };
  expect(asked(weights, { row: 1 }).values).toEqual([0.1, 0.6, 0.3]);
  expect(asked(weights, { column: 1 }).values).toEqual([0.3, 0.6, 0.25]);
  expect(asked(weights, "mean").values).toEqual([0.2833, 0.3833, 0.3333]);
});

test("several heads are averaged", () => {
  const weights = { attention: layer, heads: [0, 1] };
  expect(asked(weights, { row: 0 }).values).toEqual([0.375, 0.275, 0.35]);
  expect(asked(weights, { column: 0 }).values).toEqual([0.375, 0.1, 0.375]);
});

test("units are read token by token, and the share that is done grows to one", () => {
  const side = { units: [[0, 1], [2]], place: [0, 1], text: [0, 1, 2], refused: [] };
  const units = new ChosenLayer(layer, { queries: side, keys: side }, false);
  const found = asked({ attention: units, heads: [0] }, { column: 0 });
  expect(found.values).toEqual([0.75, 0.5]);
  expect(found.shares.length).toBeGreaterThanOrEqual(5);
  expect([...found.shares].sort((a, b) => a - b)).toEqual(found.shares);
  expect(found.shares.at(-1)).toBe(1);
  expect(costOf({ attention: units, heads: [0, 1] })).toBe(2 * 3 * 3 * 4);
});
