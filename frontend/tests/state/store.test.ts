import { describe, expect, test } from "vitest";
import { fitted } from "../../src/state/initial";
import { createStore } from "../../src/state/store";
import { payload } from "./page";

describe("store", () => {
  function scheduled() {
    const queue: (() => void)[] = [];
    const store = createStore(fitted(payload, {}), (run) => queue.push(run));
    return {
      store,
      frame: () => {
        for (const run of queue.splice(0)) run();
      },
      queue,
    };
  }

  test("listeners hear of several changes once, with the last state and the one before all", () => {
    const { store, frame } = scheduled();
    const heard: [number, number][] = [];
    store.subscribe((state, previous) => heard.push([state.layer, previous.layer]));
    store.set({ layer: 1 });
    store.set({ layer: 2 });
    frame();
    expect(heard).toEqual([[2, 0]]);
  });

  test("a change to the same value is none", () => {
    const { store, queue } = scheduled();
    store.set({ layer: 0 });
    expect(queue).toHaveLength(0);
  });

  test("who has unsubscribed hears nothing", () => {
    const { store, frame } = scheduled();
    let calls = 0;
    store.subscribe(() => calls++)();
    store.set({ layer: 1 });
    frame();
    expect(calls).toBe(0);
  });
});
