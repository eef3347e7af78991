import { describe, expect, test } from "vitest";
import type { Steps } from "../../src/attention/source";
import { signLookup, theme, weightLookup } from "../../src/draw/colour";
import { signByte } from "../../src/draw/heatmap";
import { collectLines } from "../../src/draw/lines";
import { drawFigure, FigureError } from "../../src/figures/index";
import type { ViewName } from "../../src/payload/schema";
import { JA } from "../../src/text/ja";
import { type Anatomy, anatomy, order, vectorRange } from "../../src/views/neuron/anatomy";
import { fromHref } from "../png";
import { all, type Element, parse } from "../xml";
import { given, HEADS, LAYERS } from "./given";

const LABELS = ["The", "cat", "sat", "still"];

async function figure(name: ViewName, asked: ReturnType<typeof given>): Promise<Element> {
  return parse(await drawFigure(name, asked));
}

const texts = (root: Element): string[] => all(root, "text").map(({ text }) => text);
const times = (list: readonly string[], wanted: string): number =>
  list.filter((text) => text === wanted).length;
const curves = (root: Element): Element[] =>
  all(root, "path").filter(({ attributes }) => attributes.d?.includes("C"));

describe("head view", () => {
  test.each(["vertical", "horizontal"] as const)("%s: each token on either side", async (way) => {
    const root = await figure("head", given(LABELS, { orientation: way }));
    for (const label of LABELS) expect(times(texts(root), label)).toBe(2);
  });

  test.each(["vertical", "horizontal"] as const)(
    "%s: also of a text of some length",
    async (way) => {
      const long = Array.from({ length: 150 }, (_, i) => `語${i}`);
      const state = { orientation: way, heads: [0], threshold: 0.5 };
      for (const token of [null, 3]) {
        const said = texts(await figure("head", given(long, { ...state, token })));
        for (const label of long) expect(times(said, label)).toBeGreaterThanOrEqual(2);
      }
    },
  );

  test("has a line for every weight that reaches the threshold, as wide and strong as it", async () => {
    const asked = given(LABELS, { threshold: 0.2 });
    const root = await figure("head", asked);
    let expected = 0;
    for (const head of [0, 2])
      for (let query = 0; query < LABELS.length; query++)
        for (const weight of asked.attention.row(head, query)) if (weight >= 0.2) expected += 1;
    expect(expected).toBeGreaterThan(3);
    expect(curves(root)).toHaveLength(expected);
    const { weight } = collectLines(asked.attention, [0, 2], { first: 0, end: 4 }, 0.2);
    const strongest = weight.at(-1) as number;
    const { attributes } = curves(root).at(-1) as Element;
    expect(Number(attributes["stroke-width"])).toBeCloseTo(0.75 + 2.4 * Math.sqrt(strongest), 2);
    const alpha = 0.78 * (0.05 + 0.95 * strongest ** 0.65);
    expect(Number(attributes["stroke-opacity"])).toBeCloseTo(alpha, 3);
  });

  test("a pinned token has its own lines over the faint ones of the rest", async () => {
    const asked = given(LABELS, { token: 1, threshold: 0.1 });
    const root = await figure("head", asked);
    const some = (query: number): number =>
      [0, 2].reduce(
        (sum, head) =>
          sum + asked.attention.row(head, query).filter((weight) => weight >= 0.1).length,
        0,
      );
    const whole = [0, 1, 2, 3].reduce((sum, query) => sum + some(query), 0);
    expect(curves(root)).toHaveLength(whole + some(1));
  });

  test("says so where no weight reaches the threshold", async () => {
    const root = await figure("head", given(LABELS, { threshold: 1 }));
    expect(curves(root)).toHaveLength(0);
    expect(texts(root).join()).toContain("no weight reaches 1.00");
  });

  test("the caption names model, layer, heads and threshold", async () => {
    const said = texts(await figure("head", given(LABELS)));
    expect(said).toEqual(expect.arrayContaining(["some/model", "Layer 1", "lines from .040"]));
    for (const head of ["0", "2"]) expect(times(said, head)).toBe(2);
  });

  test("no label reaches beyond the paper", async () => {
    const long = ["Donaudampfschifffahrtsgesellschaft", "語".repeat(30), "a", "b"];
    const root = await figure("head", given(long, { orientation: "vertical" }));
    const labels = all(root, "text").filter(({ text }) => text.length > 5);
    const lefts = labels
      .filter(({ attributes }) => attributes["text-anchor"] === "end")
      .map(({ text, attributes }) => {
        const font = `${attributes["font-weight"] ?? 400} ${attributes["font-size"]}px x`;
        return Number(attributes.x) - given(long).measure(text, font);
      });
    expect(lefts.length).toBeGreaterThan(1);
    for (const left of lefts) expect(left).toBeGreaterThanOrEqual(0);
  });

  test("of a text too long for one figure, what is in view is drawn, or nothing", async () => {
    const many = Array.from({ length: 1200 }, (_, i) => `w${i}`);
    const state = { heads: [0], threshold: 0.3 };
    await expect(drawFigure("head", given(many, state))).rejects.toThrow(/1.200 tokens/);
    const view = { first: 500, end: 520 };
    const said = texts(await figure("head", given(many, state, { view })));
    expect(said).toContain("w500");
    expect(said).toContain("w519");
    expect(said).not.toContain("w530");
    expect(said.join()).toMatch(/tokens 500–519 of 1.200/);
  });
});

describe("model view", () => {
  test("every head is a map of its bytes, and the enlarged one of its exact weights", async () => {
    const asked = given(LABELS);
    const root = await figure("model", asked);
    const images = all(root, "image").map(({ attributes }) => attributes["xlink:href"] as string);
    // The scale of weights is one more.
    expect(images).toHaveLength(LAYERS * HEADS + 2);
    const colours = new Uint8Array(weightLookup(theme(false)).pixels.buffer);
    const colour = (byte: number): number[] => [...colours.subarray(byte * 4, byte * 4 + 4)];
    const thumbnail = fromHref(images[1 * HEADS + 3] as string);
    const enlarged = fromHref(images[LAYERS * HEADS] as string);
    const middle = (cell: number, of: number): number => Math.floor(((cell + 0.5) * of) / 4);
    for (let query = 0; query < 4; query++)
      for (let key = 0; key < 4; key++) {
        const byte = asked.overviewOf.map(1, 3)[query * 4 + key] as number;
        expect(thumbnail.at(middle(key, thumbnail.width), middle(query, thumbnail.height))).toEqual(
          colour(byte),
        );
        const weight = asked.attention.row(2, query)[key] as number;
        expect(enlarged.at(middle(key, enlarged.width), middle(query, enlarged.height))).toEqual(
          colour(Math.round(255 * Math.sqrt(weight))),
        );
      }
  });

  test("names its axes and every layer and head; the grid comes alone when asked", async () => {
    const root = await figure("model", given(LABELS, {}, { enlarged: false }));
    const said = texts(root);
    expect(said).toEqual(expect.arrayContaining(["0", "1", "2", "3"]));
    expect(said.join()).toMatch(/Layer ↓.*Head →/);
    expect(all(root, "image")).toHaveLength(LAYERS * HEADS + 1);
  });
});

describe("neuron view", () => {
  test("writes every key with its sum and weight", async () => {
    const asked = given(LABELS, { token: 3, pane: "neuron" });
    const said = texts(await figure("neuron", asked));
    const steps = asked.attention.steps(2, 3) as Steps;
    for (const [key, label] of LABELS.entries()) {
      expect(said).toContain(label);
      expect(said).toContain(
        (steps.weight[key] as number).toFixed(3).replace(/^0/, "").replace("1.000", "1.00"),
      );
      expect(said).toContain((steps.dot[key] as number).toFixed(2).replace("-", "−"));
    }
  });

  test("is refused without vectors", async () => {
    const asked = given(LABELS, { pane: "neuron" });
    asked.attention.query = () => null;
    await expect(drawFigure("neuron", asked)).rejects.toThrow(FigureError);
  });

  test.each(["index", "contribution"] as const)("neurons by %s", async (neurons) => {
    const asked = given(LABELS, { token: 3, neurons });
    // After the maps of the keys and of the products comes the query's own.
    const q = all(await figure("neuron", asked), "image")[2];
    const image = fromHref(q?.attributes["xlink:href"] as string);
    const parts = anatomy(asked.attention, 2, 3, vectorRange(asked.attention, 2)) as Anatomy;
    const colours = new Uint8Array(signLookup(theme(false)).pixels.buffer);
    const places = order(parts.spread, neurons);
    expect(order(parts.spread, "contribution")).not.toEqual(order(parts.spread, "index"));
    for (const [place, neuron] of places.entries()) {
      const byte = signByte(parts.q[neuron] as number, parts.vectorRange);
      const x = Math.floor(((place + 0.4) * image.width) / places.length);
      expect(image.at(x, 1)).toEqual([...colours.subarray(byte * 4, byte * 4 + 4)]);
    }
  });
});

describe("all figures", () => {
  const HOSTILE = [
    "</text><script>alert(1)</script>",
    "a\0b",
    "\u202eevil",
    "]]>&lt;",
    "\"'",
    "\ud800",
  ];

  test.each(["head", "model", "neuron", "text", "explore"] as const)(
    "%s: hostile tokens are text",
    async (name) => {
      const asked = given(HOSTILE, { token: 0 });
      asked.source.trace.model.name = "<script>&\0";
      const root = await figure(name, asked);
      expect(all(root, "script")).toEqual([]);
      if (name !== "model") expect(texts(root)).toContain("</text><script>alert(1)</script>");
      expect(texts(root)).toContain("<script>&\\u0000");
    },
  );

  test("refer to nothing outside", async () => {
    const svg = await drawFigure("explore", given(LABELS));
    const links = [...svg.matchAll(/(?:href|src)="([^"]{0,30})/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(link).toMatch(/^data:image\/png;base64,/);
    for (const [, url] of svg.matchAll(/url\(([^)]*)\)/g)) expect(url).toMatch(/^#/);
    expect(svg).not.toMatch(/<style|style=|@import/);
  });

  test("explore holds the model view and the view beside it", async () => {
    const both = await figure("explore", given(LABELS));
    const [model, head] = [
      await figure("model", given(LABELS)),
      await figure("head", given(LABELS)),
    ];
    expect(all(both, "image")).toHaveLength(all(model, "image").length);
    expect(curves(both)).toHaveLength(curves(head).length);
    const { width } = both.attributes;
    expect(Number(width)).toBeGreaterThan(Number(head.attributes.width));
  });

  test("Japanese is said to be Japanese, and tried in Japanese families first", async () => {
    const asked = given(["直", "角"], {}, { strings: JA });
    (asked.source.trace.tokens[0] as { lang: string }).lang = "ja";
    const { attributes } = await figure("head", asked);
    expect(attributes["xml:lang"]).toBe("ja");
    expect(attributes["font-family"]).toMatch(/^"Hiragino Sans"/);
  });

  test("dark figures have dark paper", async () => {
    const root = await figure("head", given(LABELS, {}, { theme: theme(true) }));
    expect(all(root, "rect")[0]?.attributes.fill).toBe(theme(true).paper);
  });
});
