import { expect, test } from "vitest";
import type { Box } from "../../../src/payload/schema";
import { neighbour, unitAt } from "../../../src/views/text/figure";

/** A class token, then 2 × 3 patches in two blocks of columns, as a model that merges lists them. */
const third = (place: number): number => place / 3;
const box = (row: number, column: number): Box => [
  third(column),
  row / 2,
  third(column + 1),
  (row + 1) / 2,
];
const BOXES = [null, box(0, 0), box(1, 0), box(0, 1), box(1, 1), box(0, 2), box(1, 2)];
const UNITS = [1, 2, 3, 4, 5, 6];

test("a point of the image belongs to the patch that holds it", () => {
  expect(unitAt(BOXES, UNITS, 0.5, 0.25)).toBe(3);
  expect(unitAt(BOXES, UNITS, 0.99, 0.99)).toBe(6);
  expect(unitAt(BOXES, UNITS, 1.01, 0.5)).toBeNull();
});

test("arrows move by rows and columns of the image, whatever the order of the model", () => {
  expect(neighbour(BOXES, UNITS, 1, 1, 0)).toBe(3);
  expect(neighbour(BOXES, UNITS, 1, 0, 1)).toBe(2);
  expect(neighbour(BOXES, UNITS, 5, 1, 0)).toBeNull();
  expect(neighbour(BOXES, UNITS, 0, 1, 0)).toBeNull();
});
