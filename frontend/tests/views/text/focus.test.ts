import { describe, expect, test } from "vitest";
import type { Group } from "../../../src/payload/schema";
import { fitted } from "../../../src/state/initial";
import type { State } from "../../../src/state/state";
import { answered, clicked, focusOf, questionOf } from "../../../src/views/text/focus";
import { payload } from "../../state/page";

const own = { queries: 0, keys: 0 } as Group;
const cross = { queries: 0, keys: 1 } as Group;
const state = (change: Partial<State>): State => ({ ...fitted(payload, {}), ...change });

describe("one text", () => {
  test("nothing selected asks what keys receive", () => {
    const focus = focusOf(state({ toward: "queries" }), own);
    expect(questionOf(focus)).toBe("mean");
    expect(answered(focus)).toBe("keys");
  });

  test("what is pinned stays while the pointer reads elsewhere", () => {
    const focus = focusOf(state({ token: 3, hover: 5 }), own);
    expect(questionOf(focus)).toEqual({ row: 3 });
    expect(questionOf(focusOf(state({ hover: 5 }), own))).toEqual({ row: 5 });
  });

  test("attended by asks for a column", () => {
    expect(questionOf(focusOf(state({ token: 3, toward: "queries" }), own))).toEqual({ column: 3 });
  });

  test("a second click lets go", () => {
    const now = state({ token: 3 });
    expect(clicked(now, focusOf(now, own), "queries", 4)).toEqual({ token: 4 });
    expect(clicked(now, focusOf(now, own), "queries", 3)).toEqual({ token: null });
  });
});

describe("two texts", () => {
  test("attended by selects a key, attends to a query", () => {
    const both = { token: 1, key: 2 };
    expect(questionOf(focusOf(state({ ...both, toward: "keys" }), cross))).toEqual({ row: 1 });
    expect(questionOf(focusOf(state({ ...both, toward: "queries" }), cross))).toEqual({
      column: 2,
    });
  });

  test("a click on the other text turns the question round", () => {
    const now = state({ token: 1 });
    expect(clicked(now, focusOf(now, cross), "keys", 2)).toEqual({ key: 2, toward: "queries" });
    const turned = state({ key: 2, toward: "queries" });
    expect(clicked(turned, focusOf(turned, cross), "queries", 1)).toEqual({
      token: 1,
      toward: "keys",
    });
  });
});
