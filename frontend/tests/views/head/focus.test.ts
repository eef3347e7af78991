import { expect, test } from "vitest";
import { strongestKeys } from "../../../src/views/head/focus";
import { runs } from "../../../src/views/head/layout";
import { meanOf } from "../../../src/views/head/tip";
import { numbers } from "../../attention/reference";

test.each([1, 3, 40, 500])("the %i strongest keys are those that sorting gives", (most) => {
  const rows = [1, 2, 3].map((seed) =>
    numbers(300, seed).map((value) => Math.round(Math.max(0, value) * 20) / 20),
  );
  const sums = Array.from({ length: 300 }, (_, key) => ({
    key,
    sum: rows.reduce((sum, row) => sum + (row[key] as number), 0),
  }));
  // Array.sort keeps the order of equals, so of equal keys the first comes first.
  const expected = sums.filter(({ sum }) => sum > 0).sort((a, b) => b.sum - a.sum);
  const found = strongestKeys(rows, most);
  expect(found.map(({ key }) => key)).toEqual(expected.slice(0, most).map(({ key }) => key));
  for (const { key, mean, slot, weight } of found) {
    const own = rows.map((row) => row[key] as number);
    expect(mean).toBeCloseTo(own.reduce((a, b) => a + b) / 3, 6);
    expect(weight).toBe(Math.max(...own));
    expect(slot).toBe(own.indexOf(weight));
  }
});

test("stretches of neighbours that pass", () => {
  const odd = new Set([2, 3, 4, 7, 9]);
  expect(runs({ first: 3, end: 10 }, (index) => odd.has(index))).toEqual([
    { first: 3, end: 5 },
    { first: 7, end: 8 },
    { first: 9, end: 10 },
  ]);
});

test("a mean of which a part is missing is a lower bound, and unknown where all is missing", () => {
  expect(meanOf(0.25, [false, false], "<.01")).toBe(".250");
  expect(meanOf(0.25, [true, false], "<.01")).toBe("≥ .250");
  expect(meanOf(0, [true, true], "<.01")).toBe("<.01");
});
