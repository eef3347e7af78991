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

  test("only an explore page opens with the pane asked for", () => {
    expect(fitted(payload, { pane: "neuron" }).pane).toBe("neuron");
    expect(fitted({ ...payload, view: "head" }, { pane: "neuron" }).pane).toBe("head");
    expect(fitted({ ...payload, view: "neuron" }, {}).pane).toBe("neuron");
  });
});
