import { expect, it } from "vitest";
import { step } from "../../../src/views/model/grid";
import { gridLayout } from "../../../src/views/model/layout";

const grid = gridLayout(6, 12, { width: 560, height: 600 });

it.each([
  ["ArrowLeft", { layer: 2, head: 4 }],
  ["ArrowRight", { layer: 2, head: 6 }],
  ["ArrowUp", { layer: 1, head: 5 }],
  ["ArrowDown", { layer: 3, head: 5 }],
  ["Home", { layer: 2, head: 0 }],
  ["End", { layer: 2, head: 11 }],
  ["x", null],
])("%s leads from layer 2, head 5 to %j", (key, place) => {
  expect(step(key, { layer: 2, head: 5 }, grid)).toEqual(place);
});

it("stays inside the grid", () => {
  expect(step("ArrowUp", { layer: 0, head: 0 }, grid)).toEqual({ layer: 0, head: 0 });
  expect(step("ArrowRight", { layer: 5, head: 11 }, grid)).toEqual({ layer: 5, head: 11 });
});
