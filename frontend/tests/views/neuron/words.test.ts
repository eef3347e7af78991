import { describe, expect, it } from "vitest";
import type { Layer, TokenTable } from "../../../src/payload/schema";
import { NEURON_WORDS } from "../../../src/text/neuron";
import type { Anatomy } from "../../../src/views/neuron/anatomy";
import { queryOf, rowOf, rowsOf } from "../../../src/views/neuron/selection";
import { carried, sentences, sharing } from "../../../src/views/neuron/sentences";
import { besideRow, chain } from "../../../src/views/neuron/tip";

const steps = {
  dot: Float32Array.of(33.25),
  scaled: Float32Array.of(5.88),
  capped: Float32Array.of(5.8),
  bias: Float32Array.of(0),
  weight: Float32Array.of(0.512),
};

describe("the sum written out", () => {
  const scale = 32 ** -0.5;

  it("names every step of the model", () => {
    expect(chain({ steps, dHead: 32 }, 0, scale, null)).toBe(
      "Σ +33.25 ÷ 5.66 = +5.88, + 0, softmax → ",
    );
    expect(chain({ steps, dHead: 32 }, 0, 0.2, 30)).toBe(
      "Σ +33.25 × 0.2 = +5.88, softcap → +5.80, + 0, softmax → ",
    );
  });

  it.each([
    [0.5, "+ 0.50"],
    [-1.25, "− 1.25"],
    [-Infinity, "− ∞"],
  ])("writes a bias of %f as %s", (bias, text) => {
    const biased = { ...steps, bias: Float32Array.of(bias) };
    expect(chain({ steps: biased, dHead: 32 }, 0, scale, null)).toContain(`, ${text}, softmax`);
  });
});

describe("besideRow", () => {
  it("keeps the tooltip off the row", () => {
    expect(besideRow({ x: 5, y: 100 }, { top: 95, bottom: 111 }, 800).anchor.y).toBeGreaterThan(
      111,
    );
    const low = besideRow({ x: 5, y: 700 }, { top: 695, bottom: 711 }, 800);
    expect(low.anchor.y).toBeLessThan(695);
    expect(low.avoid?.y).toBeGreaterThan(low.anchor.y);
  });
});

describe("selection", () => {
  const table = { label: ["[CLS]", "a", "b"], flags: [1, 0, 0] } as unknown as TokenTable;

  it("starts from the pinned token, else from the first that is not special", () => {
    expect([queryOf(2, table), queryOf(9, table), queryOf(null, table)]).toEqual([2, 2, 1]);
    expect(queryOf(null, { label: ["x"], flags: [1] } as unknown as TokenTable)).toBe(0);
  });

  it("shows all keys in their order, or the strongest that are not masked", () => {
    const weight = Float32Array.of(0.1, 0, 0.6, 0.3);
    expect(rowsOf(weight, "all")).toEqual([0, 1, 2, 3]);
    expect(rowsOf(weight, "strongest")).toEqual([2, 3, 0]);
    expect(rowsOf(new Float32Array(40).fill(0.025), "strongest").length).toBe(12);
    expect([rowOf(3, [2, 3, 0]), rowOf(1, [2, 3, 0]), rowOf(null, [2])]).toEqual([1, null, null]);
  });
});

describe("sentences", () => {
  const words = NEURON_WORDS.en.status;
  const plain: Layer = {
    heads: 8,
    keyHeads: 8,
    dHead: 32,
    scale: 1,
    softcap: null,
    bias: { band: null, relative: null, perKey: null, dense: null },
    sinks: null,
    rotary: false,
    q: null,
    k: null,
    weights: null,
    strongest: null,
    coverage: 1,
    error: 0,
  };
  const parts = (weight: number[], bias: number[]): Anatomy =>
    ({
      keys: weight.length,
      steps: { ...steps, weight: Float32Array.from(weight), bias: Float32Array.from(bias) },
    }) as unknown as Anatomy;

  it("says that a model has no bias", () => {
    expect(sentences(plain, 0, parts([0.5, 0.5], [0, 0]), words)).toEqual([
      words.adds,
      words.noBias,
      words.scales,
    ]);
  });

  it.each(["relative", "perKey", "dense"] as const)("says what a bias depends on: %s", (form) => {
    const ref = { chunk: "", offset: 0, dtype: "f32" as const, shape: [] };
    const layer: Layer = { ...plain, bias: { ...plain.bias, [form]: ref } };
    expect(sentences(layer, 0, parts([0.5, 0.5], [0, -1.5]), words)).toContain(words.bias[form]);
    // Nothing is added but a mask.
    const masks = sentences(layer, 0, parts([1, 0], [0, -Infinity]), words);
    expect(masks).not.toContain(words.bias[form]);
  });

  it("says masked keys, sinks, rotation, and shared keys", () => {
    const layer: Layer = {
      ...plain,
      keyHeads: 2,
      rotary: true,
      sinks: [0, 0, 0, 0, 0, 0, 0, 0],
      bias: { ...plain.bias, band: [null, 0] },
    };
    const said = sentences(layer, 5, parts([0.75, 0], [0, -Infinity]), words);
    expect(said).toContain("1 keys are masked for this query");
    expect(said).toContain("a sink without a key takes 25.0\u2009%");
    expect(said).toContain(words.rotary);
    expect(said).toContain("query heads 4–7 share key head 1");
    expect(sharing(plain, 5)).toBeNull();
  });

  it("says how much the strongest keys carry", () => {
    const all = parts([0.5, 0.2, 0.3], [0, 0, 0]);
    expect(carried(all, [0, 1, 2], NEURON_WORDS.en)).toBe("");
    expect(carried(all, [0, 2], NEURON_WORDS.en)).toBe("2 of 3 keys carry 80.0\u2009%");
  });
});
