import { describe, expect, test } from "vitest";
import type { State } from "../../src/state/state";
import { actionOf, keyChange } from "../../src/ui/keyboard";

describe("keys", () => {
  const state = { hover: null, hoverKey: null, token: 4 } as State;
  const sizes = { queries: 6, keys: 6 };

  test("arrows go on from the pinned token and stop at the ends", () => {
    expect(keyChange("ArrowDown", false, state, sizes)).toEqual({ hover: 5 });
    expect(keyChange("ArrowDown", false, { ...state, hover: 5 }, sizes)).toEqual({ hover: 5 });
    expect(keyChange("ArrowDown", false, { ...state, token: null }, sizes)).toEqual({ hover: 0 });
  });

  test("shift and arrows move among the keys", () => {
    expect(keyChange("ArrowRight", true, { ...state, hoverKey: 2 }, sizes)).toEqual({
      hoverKey: 3,
    });
  });

  test("Enter pins and lets go, Escape lets all go", () => {
    expect(keyChange("Enter", false, { ...state, hover: 2 }, sizes)).toEqual({ token: 2 });
    expect(keyChange("Enter", false, { ...state, hover: 4 }, sizes)).toEqual({ token: null });
    expect(keyChange("Escape", false, state, sizes)).toEqual({
      token: null,
      key: null,
      hover: null,
      hoverKey: null,
    });
  });

  test("Home and End go to the ends", () => {
    expect(keyChange("Home", false, state, sizes)).toEqual({ hover: 0 });
    expect(keyChange("End", false, state, sizes)).toEqual({ hover: 5 });
  });

  test("a letter is an action, its capital the way back", () => {
    expect([actionOf("n"), actionOf("N")]).toEqual(["nextMatch", "matchBefore"]);
    expect(["toString", "x", "Enter"].map(actionOf)).toEqual([null, null, null]);
  });

  test("other keys mean nothing", () => {
    expect(keyChange("x", false, state, sizes)).toBeNull();
  });
});
