import { expect, test } from "vitest";
import type { LayerAttention, Overview, TraceSource } from "../../src/attention/source";
import { members, unitOf, unitSource, unitTable } from "../../src/attention/units";
import type { Group, Layer, TokenTable } from "../../src/payload/schema";

/** [CLS] 追い | かけ は 犬 [SEP], where 追いかけ is a verb of two tokens and は a particle. */
const TABLE: TokenTable = {
  label: ["[CLS]", "追い", "かけ", "は", "犬", "[SEP]"],
  raw: ["[CLS]", "追い", "##かけ", "は", "犬", "[SEP]"],
  id: [2, 10, 11, 12, 13, 3],
  segment: [null, 0, 0, 0, 0, null],
  segments: ["A"],
  word: [null, 0, 0, 1, 2, null],
  flags: [1, 0, 2, 0, 4, 1],
  part: [null, null, null, null, null, null],
  units: {
    word: {
      label: ["[CLS]", "追いかけ", "は", "犬", "[SEP]"],
      pos: [null, "動詞", "助詞", "名詞", null],
      of: [0, 1, 1, 2, 3, 4],
    },
    sentence: {
      label: ["[CLS]", "あ".repeat(40), "[SEP]"],
      pos: [null, null, null],
      of: [0, 1, 1, 1, 1, 2],
    },
  },
  finders: ["MeCab"],
  lang: "ja",
};
const WORDS = { by: "word", content: false } as const;
const CONTENT = { by: "word", content: true } as const;

/** Weight of (query, key): rows differ, and each sums to one. */
const ROWS = TABLE.label.map((_, query) =>
  Float32Array.from(TABLE.label, (__, key) => (query === key ? 0.5 : 0.1)),
);

function source(): TraceSource {
  const layer = { heads: 1 } as Layer;
  const attention: LayerAttention = {
    layer,
    queries: 6,
    keys: 6,
    row: (_, query) => ROWS[query] as Float32Array,
    missing: null,
    query: () => null,
    key: () => null,
    steps: () => null,
  };
  const overview: Overview = {
    layers: 1,
    heads: 1,
    rows: 6,
    columns: 6,
    map: () => Uint8Array.from(ROWS.flatMap((row) => [...row].map((w) => 255 * Math.sqrt(w)))),
  };
  return {
    trace: {
      title: "",
      model: { name: "", architecture: "" },
      tokens: [TABLE],
      groups: [],
      notes: [],
    },
    group: () => ({ queries: 0, keys: 0 }) as Group,
    layer: async () => attention,
    loaded: () => attention,
    overview: async () => overview,
  };
}

test("units hold their tokens, and what belongs to no word stands alone", () => {
  expect(members(TABLE, WORDS)).toEqual([[0], [1, 2], [3], [4], [5]]);
  expect(members(TABLE, { by: "token", content: true })).toHaveLength(6);
});

test("particles can be left out of words", () => {
  expect(members(TABLE, CONTENT)).toEqual([[0], [1, 2], [4], [5]]);
  expect(unitOf(TABLE, CONTENT, 2)).toBe(1);
  expect(unitOf(TABLE, CONTENT, 3)).toBeNull();
});

test("a table of units reads like a table of tokens", () => {
  const table = unitTable(TABLE, WORDS);
  expect(table.label).toEqual(["[CLS]", "追いかけ", "は", "犬", "[SEP]"]);
  expect(table.raw[1]).toBe("追い ##かけ");
  // Of 追い and かけ only one is unknown.
  expect(table.flags).toEqual([1, 0, 0, 4, 1]);
  expect(unitTable(TABLE, { by: "sentence", content: false }).label[1]).toBe(`${"あ".repeat(27)}…`);
});

test("weights are summed over the keys of a unit and averaged over its queries", async () => {
  const layer = await unitSource(source(), WORDS).layer("encoder", 0);
  expect([layer.queries, layer.keys]).toEqual([5, 5]);
  const row = layer.row(0, 1);
  // From 追い and かけ: .1 to each other token, .6 to the two of them together.
  expect([...row].map((weight) => weight.toFixed(3))).toEqual([
    "0.100",
    "0.600",
    "0.100",
    "0.100",
    "0.100",
  ]);
});

test("weights of what stays are the same when particles are hidden", async () => {
  const layer = await unitSource(source(), CONTENT).layer("encoder", 0);
  expect([...layer.row(0, 1)].map((weight) => weight.toFixed(3))).toEqual([
    "0.100",
    "0.600",
    "0.100",
    "0.100",
  ]);
});

test("thumbnails are pooled as rows are, those of long texts stay", async () => {
  const { rows, columns, map } = await unitSource(source(), WORDS).overview("encoder");
  expect([rows, columns]).toEqual([5, 5]);
  expect(map(0, 0)[6]).toBeCloseTo(255 * Math.sqrt(0.6), -1);
  const long = {
    ...source(),
    overview: async () => ({ ...(await source().overview("encoder")), rows: 3 }),
  };
  expect((await unitSource(long, WORDS).overview("encoder")).rows).toBe(3);
});

test("a layer is grouped once", () => {
  const units = unitSource(source(), WORDS);
  expect(units.loaded("encoder", 0)).toBe(units.loaded("encoder", 0));
});
