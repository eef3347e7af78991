import { describe, expect, test } from "vitest";
import { soloed, toggled } from "../../src/ui/chips";

describe("chips", () => {
  test("a click switches a head on or off, but never the last one", () => {
    expect(toggled([1, 8], 3)).toEqual([1, 3, 8]);
    expect(toggled([1, 8], 8)).toEqual([1]);
    expect(toggled([1], 1)).toEqual([1]);
  });

  test("a double click shows one head alone, another one all", () => {
    expect(soloed([0, 1, 2], 1, 3)).toEqual([1]);
    expect(soloed([1], 1, 3)).toEqual([0, 1, 2]);
  });
});
