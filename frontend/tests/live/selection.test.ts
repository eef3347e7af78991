import { expect, test } from "vitest";
import { same, TRAITS, traitsOf, wishOf } from "../../src/live/selection";

const selection = { trace: 0, layer: 3, heads: [1, 2], head: 2, token: null, by: "word" } as const;

test("traits are the selection without what only the page knows", () => {
  const wish = { ...selection, heads: [1, 2], find: "dog", hover: 4 };
  const traits = traitsOf(wish);
  expect(Object.keys(traits)).toEqual([...TRAITS]);
  expect(traits).toMatchObject({ layer: 3, heads: [1, 2], token: null, by: "word" });
});

test("a wish takes what the traits name, no pinned token too, and nothing else", () => {
  const wish = wishOf({ layer: 2, token: null, _document: "<p>" });
  expect(wish).toEqual({ layer: 2, token: null });
});

test("equal selections are the same, whatever else differs", () => {
  const one = { ...selection, heads: [1, 2] };
  expect(same(one, { ...one, heads: [1, 2], find: "dog" })).toBe(true);
  expect(same(one, { ...one, heads: [2] })).toBe(false);
});
