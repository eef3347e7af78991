import { describe, expect, test } from "vitest";
import { fitted } from "../../src/state/initial";
import { payload } from "./page";

describe("fitting a wish to a page", () => {
  test("a page opens with all heads, nothing pinned, lines from .04", () => {
    const state = fitted(payload, {});
    expect(state).toMatchObject({ layer: 0, heads: [0, 1, 2, 3], head: 0, token: null });
    expect(state.threshold).toBe(0.04);
  });

  test("numbers outside the page move to the nearest that it has", () => {
    const state = fitted(payload, { trace: 5, layer: 9, heads: [9, 2, 2], head: 7, token: 3 });
    expect(state).toMatchObject({ trace: 0, layer: 1, heads: [2], head: 2, token: null });
  });

  test("of many heads only the first are on", () => {
    const many = structuredClone(payload);
    for (const layer of many.traces[0]?.groups[0]?.layers ?? []) layer.heads = 12;
    expect(fitted(many, {}).heads).toEqual([0, 1, 2, 3]);
  });

  test("a kind that the text lacks gives way to one it has", () => {
    expect(fitted(payload, { kind: "cross" }).kind).toBe("encoder");
  });

  test("a token is numbered as in the text, and a place among what is shown", () => {
    const hide = ["special"] as const;
    expect(fitted(payload, { hide, token: 2 }).token).toBe(1);
    expect(fitted(payload, { hide, token: 1 }).token).toBeNull();
    // The neuron view shows all tokens, and the choice waits for the head view.
    expect(fitted(payload, { hide, token: 1, pane: "neuron" })).toMatchObject({ token: 1, hide });
  });

  test("texts that are not there are all texts", () => {
    expect(fitted(payload, { texts: [0, 7] }).texts).toEqual([0, null]);
    expect(fitted(payload, { texts: [2, null] }).texts).toBeNull();
  });

  test("only an explore page opens with the pane asked for", () => {
    expect(fitted(payload, { pane: "neuron" }).pane).toBe("neuron");
    expect(fitted({ ...payload, view: "head" }, { pane: "neuron" }).pane).toBe("head");
    expect(fitted({ ...payload, view: "neuron" }, {}).pane).toBe("neuron");
  });
});
