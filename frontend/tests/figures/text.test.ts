import { describe, expect, test } from "vitest";
import { theme } from "../../src/draw/colour";
import { drawFigure, FigureError, type Given } from "../../src/figures/index";
import type { TokenTable } from "../../src/payload/schema";
import type { State } from "../../src/state/state";
import { share } from "../../src/text/number";
import { tintAlpha } from "../../src/views/text/measures";
import { tableOf } from "../views/text/table";
import { all, type Element, parse } from "../xml";
import { given } from "./given";

type Asked = ReturnType<typeof given>;

/** A figure of a text whose units stand in it one after the other. */
function asked(
  text: string,
  units: readonly (string | null)[],
  state: Parameters<typeof given>[1] = {},
  change: Partial<Given> = {},
  rest: Partial<TokenTable> = {},
): Asked {
  const made = given(
    units.map((unit) => unit ?? "[CLS]"),
    { pane: "text", ...state },
    change,
  );
  made.source.trace.tokens[0] = tableOf([text], [[...units]], rest);
  return made;
}

const draw = async (given: Given): Promise<Element> => parse(await drawFigure("text", given));
const texts = (root: Element): string[] => all(root, "text").map(({ text }) => text);
const number = (element: Element, name: string): number => Number(element.attributes[name]);

const CAT = "The cat sat. It purred.";
const CATS = ["The", "cat", "sat", ".", "It", "purred", "."];

describe("the text", () => {
  test("stands in lines within the width, in its order", async () => {
    const words = Array.from({ length: 60 }, (_, i) => `word${i}`);
    const root = await draw(asked(words.join(" "), words, {}, { width: 400 }));
    const own = all(root, "text").filter(({ attributes }) => attributes.textLength !== undefined);
    expect(own.map(({ text }) => text)).toEqual(words);
    for (const each of own) {
      expect(number(each, "x") + number(each, "textLength")).toBeLessThanOrEqual(400);
    }
    const tops = [...new Set(own.map((each) => number(each, "y")))];
    expect(tops.length).toBeGreaterThan(5);
    for (const [i, top] of tops.entries()) {
      if (i > 0) expect(top - (tops[i - 1] as number)).toBeCloseTo(17 * 1.72, 1);
    }
  });

  test("paragraphs stand apart, a title is larger", async () => {
    const text = `Title\n\n${CAT} ${CAT}\n\n${CAT}`;
    const root = await draw(asked(text, ["Title", "cat", "sat"]));
    const own = all(root, "text").filter(({ attributes }) => attributes.textLength !== undefined);
    expect(own[0]?.attributes["font-size"]).toBe("22");
    const tops = [...new Set(own.map((each) => number(each, "y")))];
    expect(tops).toHaveLength(3);
    expect((tops[2] as number) - (tops[1] as number)).toBeCloseTo(17 * 1.72 + 14, 1);
  });

  test("Japanese is set in lines of whole characters, none begins with a stop", async () => {
    const text = "吾輩は猫である。名前はまだ無い。";
    const root = await draw(asked(text, [...text], {}, { width: 17.5 * 7 + 1 }, { lang: "ja" }));
    const own = all(root, "text").filter(({ attributes }) => attributes.textLength !== undefined);
    const lines = new Map<number, string>();
    for (const each of own) {
      lines.set(number(each, "y"), (lines.get(number(each, "y")) ?? "") + each.text);
    }
    expect([...lines.values()]).toEqual(["吾輩は猫であ", "る。名前はまだ", "無い。"]);
  });
});

describe("the tint", () => {
  /** Plates of words: rounded, so they are paths. */
  const plates = (root: Element, fill: string): Element[] =>
    all(root, "path").filter(({ attributes }) => attributes.fill === fill);

  test("is the weight beside the largest, to the power 0.6; strong ones are underlined", async () => {
    const made = asked(CAT, CATS, { token: 1 });
    const row = [...made.attention.row(2, 1)];
    const largest = Math.max(...row);
    const strengths = row.map((weight) => (weight / largest) ** 0.6);
    const expected = strengths.filter((t, unit) => t >= 0.24 && unit !== 1);
    expect(expected.length).toBeGreaterThan(1);
    const root = await draw(made);
    const colour = theme(false).heads[2] as string;
    const found = plates(root, colour).map((each) => number(each, "fill-opacity"));
    for (const [i, t] of expected.entries()) expect(found[i]).toBeCloseTo(tintAlpha(t, false), 3);
    const strong = expected.filter((t) => t >= 0.52).length;
    const lines = all(root, "rect").filter(
      ({ attributes }) => attributes.height === "2" && attributes.fill === colour,
    );
    expect(lines).toHaveLength(strong);
    // The selected word is a black plate with the paper's colour on it.
    const selected = all(root, "text").find(({ text }) => text === "cat") as Element;
    expect(selected.attributes.fill).toBe(theme(false).paper);
    expect(plates(root, theme(false).ink).length).toBe(2);
  });

  test.each<[string, Partial<State>]>([
    ["the mean of the heads", { over: "mean", token: 2 }],
    ["what attends to it", { toward: "queries", token: 2 }],
    ["the mean received", { token: null }],
  ])("follows the state: %s", async (_, state) => {
    const made = asked(CAT, CATS, state);
    const row = (head: number, query: number): number[] => [...made.attention.row(head, query)];
    const heads = state.over === "mean" ? [0, 1, 2, 3] : [2];
    const mean = (key: number, query: number): number =>
      heads.reduce((sum, head) => sum + (row(head, query)[key] as number), 0) / heads.length;
    const value = (unit: number): number => {
      if (state.token === null)
        return CATS.reduce((sum, __, query) => sum + mean(unit, query), 0) / CATS.length;
      return state.toward === "queries" ? mean(2, unit) : mean(unit, 2);
    };
    const ranked = CATS.map((__, unit) => value(unit)).sort((a, b) => b - a);
    const said = texts(await draw(made));
    for (const weight of ranked) expect(said).toContain(share(Math.fround(weight)));
  });

  test("a rollout is loaded and named, and the caption names no layer", async () => {
    const made = asked(CAT, CATS, { over: "rollout", token: 0 });
    let asks = 0;
    const { rollout } = made.source;
    made.source.rollout = (kind) => {
      asks += 1;
      return rollout(kind);
    };
    const said = texts(await draw(made));
    expect(asks).toBe(1);
    expect(said).toContain("Rollout");
    expect(said).not.toContain("Layer 1");
  });
});

test("the list names the strongest units and what stands outside the text", async () => {
  const made = asked(CAT, [null, ...CATS], { token: 2 });
  const row = [...made.attention.row(2, 2)];
  const said = texts(await draw(made));
  const order = row.map((_, unit) => unit).filter((unit) => unit > 0);
  order.sort((a, b) => (row[b] as number) - (row[a] as number));
  const ranks = order.map((_, i) => said.indexOf(String(i + 1)));
  for (const [i, unit] of order.entries()) {
    expect(said[(ranks[i] as number) + 1]).toBe(CATS[unit - 1]);
    expect(said.slice(ranks[i], (ranks[i] as number) + 4)).toContain(share(row[unit] as number));
  }
  expect(said.join(" ")).toContain(`[CLS] ${(100 * (row[0] as number)).toFixed(1)}`);
});

test("an image is in the figure as it is, under the weights of its patches", async () => {
  const labels = [null, "patch", "patch"] as const;
  const made = given(["[CLS]", "a", "b"], { pane: "text", token: 1 });
  const table = tableOf([], [[...labels]], { texts: [] });
  table.boxes = [null, [0, 0, 0.5, 1], [0.5, 0, 1, 1]];
  made.source.trace.tokens[0] = table;
  made.source.trace.image = { url: "data:image/png;base64,AA", width: 32, height: 16 };
  const root = await draw(made);
  const [image] = all(root, "image");
  expect(image?.attributes["xlink:href"]).toBe("data:image/png;base64,AA");
  expect([image?.attributes.width, image?.attributes.height]).toEqual(["640", "320"]);
  const { weights } = theme(false);
  expect(weights.length).toBeGreaterThan(2);
  const halves = all(root, "rect").filter(
    ({ attributes }) => attributes.width === "320" && attributes["fill-opacity"] !== undefined,
  );
  const row = made.attention.row(2, 1);
  const largest = Math.max(row[1] as number, row[2] as number);
  const alphas = [1, 2]
    .map((unit) => ((row[unit] as number) / largest) ** 0.6)
    .filter((t) => t >= 0.24)
    .map((t) => 0.6 * t);
  expect(halves.map((half) => number(half, "fill-opacity"))).toEqual(
    alphas.map((alpha) => expect.closeTo(alpha, 3)),
  );
});

describe("a text too long for one figure", () => {
  const words = Array.from({ length: 9000 }, (_, i) => `w${i}`);
  const state = { over: "head" as const, token: 0 };

  test("is refused with what to do", async () => {
    const made = asked(words.join(" "), words, state);
    await expect(draw(made)).rejects.toThrow(FigureError);
    await expect(draw(made)).rejects.toThrow(/9.000/);
  });

  test("from the page, what is in view is drawn", async () => {
    const view = { first: 5000, end: 5200 };
    const said = texts(await draw(asked(words.join(" "), words, state, { view })));
    for (const wanted of ["w5000", "w5199"]) expect(said).toContain(wanted);
    expect(said).not.toContain("w5400");
    expect(said.join(" ")).toMatch(/5.000–5.199 of 9.000/);
  });
});
