import { beforeEach, describe, expect, test, vi } from "vitest";
import { fitted } from "../../src/state/initial";
import { createStore } from "../../src/state/store";
import { type Page, pageActions, turned } from "../../src/views/actions";
import { payload } from "../state/page";

describe("shortcuts of the page", () => {
  let page: Page;
  beforeEach(() => {
    const nothing = () => {};
    page = {
      store: createStore(fitted(payload, {}), nothing),
      panes: () => ["head", "neuron"],
      texts: 3,
      kinds: () => ["encoder", "cross"],
      heads: () => 4,
      direction: () => "vertical",
      pane: vi.fn(),
      layer: vi.fn(),
      by: vi.fn(),
      kind: vi.fn(),
      text: vi.fn(),
      find: nothing,
      go: vi.fn(),
      fold: nothing,
      help: nothing,
    };
  });

  test("go round at both ends", () => {
    expect(turned(["a", "b", "c"], "c", 1)).toBe("a");
    expect(turned(["a", "b", "c"], "a", -1)).toBe("c");
    pageActions(page).textBefore();
    expect(page.text).toHaveBeenCalledWith(2);
  });

  test("h leaves the next head alone; among neurons it chooses it", () => {
    const act = pageActions(page);
    act.nextHead();
    expect(page.store.get()).toMatchObject({ head: 1, heads: [1] });
    act.allHeads();
    expect(page.store.get().heads).toEqual([0, 1, 2, 3]);
    page.store.set({ pane: "neuron" });
    act.headBefore();
    expect(page.store.get()).toMatchObject({ head: 0, heads: [0, 1, 2, 3] });
    page.store.set({ pane: "text", over: "mean" });
    act.nextHead();
    expect(page.store.get()).toMatchObject({ head: 1, heads: [0, 1, 2, 3], over: "head" });
  });

  test("lines belong to the head view", () => {
    const act = pageActions(page);
    page.store.set({ pane: "text" });
    const before = page.store.get();
    for (const name of ["moreLines", "fewerLines", "allHeads", "direction"] as const) act[name]();
    expect(page.store.get()).toEqual(before);
  });

  test("more lines are a lower threshold, which stays between 0 and 1", () => {
    const act = pageActions(page);
    const before = page.store.get().threshold;
    act.moreLines();
    expect(page.store.get().threshold).toBeLessThan(before);
    page.store.set({ threshold: 0 });
    act.moreLines();
    expect(page.store.get().threshold).toBe(0);
    page.store.set({ threshold: 1 });
    act.fewerLines();
    expect(page.store.get().threshold).toBe(1);
  });

  test("what lines have and neurons have not is left alone in the neuron view", () => {
    page.store.set({ pane: "neuron" });
    const before = page.store.get();
    const act = pageActions(page);
    act.direction();
    act.units();
    act.fewerLines();
    act.allHeads();
    expect(page.store.get()).toBe(before);
    expect(page.by).not.toHaveBeenCalled();
  });
});
