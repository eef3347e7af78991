import { describe, expect, test } from "vitest";
import { formatAddress, parseAddress } from "../../src/state/address";
import { fitted } from "../../src/state/initial";
import { payload } from "./page";

describe("address", () => {
  test("a selection survives writing and reading", () => {
    const opening = fitted(payload, {});
    const state = fitted(payload, { layer: 1, heads: [1, 3], head: 3, token: 2, threshold: 0.09 });
    const hash = formatAddress(state, opening);
    expect(hash).toBe("#layer=1&head=3&heads=1,3&token=2&from=0.09");
    expect(fitted(payload, parseAddress(hash))).toEqual(state);
  });

  test("what is hidden and which texts are in view survive too", () => {
    const opening = fitted(payload, {});
    const state = fitted(payload, { hide: ["sinks", "special"], texts: [null, 1], by: "token" });
    const hash = formatAddress(state, opening);
    expect(hash).toBe("#hide=special,sinks&texts=all-1&layer=0&head=0");
    expect(fitted(payload, parseAddress(hash))).toEqual(state);
    expect(formatAddress(opening, state)).toBe("#hide=none&texts=all-all&layer=0&head=0");
    const back = fitted(payload, { ...state, ...parseAddress("#hide=none&texts=all-all") });
    expect(back).toMatchObject({ hide: [], texts: null });
  });

  test("what the text view shows survives too", () => {
    const opening = fitted(payload, {});
    const state = fitted(payload, { pane: "text", over: "mean", toward: "queries" });
    const hash = formatAddress(state, opening);
    expect(hash).toBe("#layer=0&head=0&pane=text&over=mean&toward=queries");
    expect(fitted(payload, parseAddress(hash))).toEqual(state);
  });

  test("a rollout that the page lacks becomes the mean of the layer", () => {
    expect(fitted(payload, { over: "rollout" }).over).toBe("mean");
  });

  test.each([
    "",
    "#layer=x&heads=a,b",
    "#token=-1&from=7",
    "#kind=none&pane=none&over=all&toward=x",
    "#texts=0",
    "#texts=a-b",
    "#<script>",
  ])("%j asks for nothing", (hash) => {
    expect(parseAddress(hash)).toEqual({});
  });
});
