import { expect, test } from "vitest";
import {
  byLine,
  bySentence,
  isUnderlined,
  largestOf,
  strength,
  strongest,
  tintAlpha,
} from "../../../src/views/text/measures";
import { labelStep } from "../../../src/views/text/sentences";
import { tableOf } from "./table";

test.each([
  [1, 1, 1],
  [0.5, 1, 0.5 ** 0.6],
  [0.05, 0.1, 0.5 ** 0.6],
  // (0.09)^0.6 = .236 is below the least, (0.1)^0.6 = .251 is not.
  [0.09, 1, 0],
  [0.1, 1, 0.1 ** 0.6],
  [0, 1, 0],
  [0.3, 0, 0],
])("strength of %f beside %f is %f", (weight, largest, expected) => {
  expect(strength(weight, largest)).toBeCloseTo(expected, 12);
});

test("means are tinted in proportion", () => {
  expect(strength(0.5, 1, 1)).toBe(0.5);
  expect(strength(0.2, 1, 1)).toBe(0);
});

test("the strongest tint is .46 on light and .42 on dark paper, and underlined from .52 on", () => {
  expect(tintAlpha(1, false)).toBe(0.46);
  expect(tintAlpha(1, true)).toBe(0.42);
  expect([0.51, 0.52].map(isUnderlined)).toEqual([false, true]);
});

test("the strongest units come first, those of equal weight in the order of the text", () => {
  const values = [0.9, 0.1, 0.3, 0, 0.3];
  expect(strongest(values, [1, 2, 3, 4], 3)).toEqual([2, 4, 1]);
  expect(strongest(values, [3], 3)).toEqual([]);
  expect(largestOf(values, [1, 2])).toBe(0.3);
});

test("sentences sum up their units, added ones belong to none", () => {
  const table = tableOf(["a b c"], [[null, "a", "b", "c"]], { sentence: [null, 0, 0, 1] });
  expect([...bySentence([1, 2, 3, 4], table)]).toEqual([5, 4]);
});

test("a unit on two lines is shared out between them, and lines of the other text do not count", () => {
  const parts = [
    { line: 0, units: [0], share: 1 },
    { line: 0, units: [1], share: 0.75 },
    { line: 1, units: [1], share: 0.25 },
    { line: 2, units: [0], share: 1 },
  ];
  expect([...byLine([2, 4], parts, 3, (line) => line < 2)]).toEqual([5, 1, 0]);
});

test.each([
  [9, 40, 1],
  [30, 11, 2],
  [150, 2.2, 20],
])("of %i bars %f pixels apart every %i-th is numbered", (count, pitch, step) => {
  expect(labelStep(count, pitch)).toBe(step);
});
