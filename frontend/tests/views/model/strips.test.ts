import { expect, it } from "vitest";
import { placeOnStrip } from "../../../src/views/model/strips";

const head = (distance: number) => ({ entropy: 0.5, distance, special: 0.2, other: null });

it("shares keep to their own scale, distances to the largest of the layer", () => {
  const all = [head(2), undefined, head(8)];
  expect(placeOnStrip("entropy", 0.5, all)).toBe(0.5);
  expect(placeOnStrip("distance", 2, all)).toBe(0.25);
  expect(placeOnStrip("distance", 8, all)).toBe(1);
  expect(placeOnStrip("distance", 0, [head(0)])).toBe(0);
});
