import { expect, test } from "vitest";
import { nextMatch } from "../../src/ui/find";

test.each([
  [[2, 5, 9], null, false, 2],
  [[2, 5, 9], 5, false, 9],
  [[2, 5, 9], 9, false, 2],
  [[2, 5, 9], 2, true, 9],
  [[2, 5, 9], null, true, 9],
  [[], 3, false, null],
])("of %j the match after %s (back: %s) is %s", (found, token, back, next) => {
  expect(nextMatch(found, token, back)).toBe(next);
});
