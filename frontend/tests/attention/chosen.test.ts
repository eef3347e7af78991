import { expect, test } from "vitest";
import { type Choice, EVERYTHING } from "../../src/attention/choice";
import { chosenSource } from "../../src/attention/chosen";
import type { LayerAttention, Overview, TraceSource } from "../../src/attention/source";
import type { Group, Layer, TokenTable } from "../../src/payload/schema";
import { PAIR, TABLE } from "./texts";

/** Weight of (query, key): rows differ, and each sums to one. */
const ROWS = TABLE.label.map((_, query) =>
  Float32Array.from(TABLE.label, (__, key) => (query === key ? 0.5 : 0.1)),
);

function source(table: TokenTable = TABLE, sinks: number[] = [], rows = ROWS): TraceSource {
  const layer = { heads: 1 } as Layer;
  const attention: LayerAttention = {
    layer,
    missing: null,
    queries: 6,
    keys: 6,
    rowCost: 6,
    row: (_, query) => rows[query] as Float32Array,
    query: () => null,
    key: () => null,
    steps: () => null,
  };
  const overview: Overview = {
    layers: 1,
    heads: 1,
    rows: 6,
    columns: 6,
    map: () => Uint8Array.from(rows.flatMap((row) => [...row].map((w) => 255 * Math.sqrt(w)))),
  };
  const group = { kind: "encoder", queries: 0, keys: 0, sinks } as unknown as Group;
  return {
    trace: {
      title: "",
      model: { name: "", architecture: "" },
      tokens: [table],
      image: null,
      groups: [group],
      notes: [],
    },
    group: () => group,
    layer: async () => attention,
    loaded: () => attention,
    overview: async () => overview,
    rollout: async () => attention,
    rolledOut: () => attention,
  };
}

const choice = (change: Partial<Choice>): Choice => ({ ...EVERYTHING, ...change });
const WORDS = choice({ by: "word" });
const written = (row: Float32Array) => [...row].map((weight) => weight.toFixed(3));

test("weights are summed over the keys of a unit and averaged over its queries", async () => {
  const layer = await chosenSource(source(), WORDS).layer("encoder", 0);
  expect([layer.queries, layer.keys]).toEqual([5, 5]);
  // From 追い and かけ: .1 to each other token, .6 to the two of them together.
  expect(written(layer.row(0, 1))).toEqual(["0.100", "0.600", "0.100", "0.100", "0.100"]);
  expect(layer.rescaled).toBe(false);
});

test("where particles are hidden, rows are scaled up to what they summed to", async () => {
  const hiding = choice({ by: "word", hide: ["particles"] });
  const layer = await chosenSource(source(), hiding).layer("encoder", 0);
  expect(written(layer.row(0, 1))).toEqual(["0.111", "0.667", "0.111", "0.111"]);
  expect(layer.rescaled).toBe(true);
});

test("special tokens and sinks go from both sides of one text", async () => {
  const hiding = choice({ hide: ["special", "sinks"] });
  const made = chosenSource(source(TABLE, [2]), hiding);
  const layer = await made.layer("encoder", 0);
  expect([layer.queries, layer.keys]).toEqual([3, 3]);
  // 追い gives .5 to itself and .1 to は and to 犬, of .7 that are left.
  expect(written(layer.row(0, 0))).toEqual(["0.714", "0.143", "0.143"]);
  const { queries, keys } = made.group("encoder");
  expect(queries).toBe(keys);
  expect(made.trace.tokens[keys]?.label).toEqual(["追い", "は", "犬"]);
});

test("queries and keys of the same tokens share their table", () => {
  const { trace } = chosenSource(source(), choice({ hide: ["special"] }));
  expect(trace.tokens).toHaveLength(1);
  expect(trace.groups[0]).toMatchObject({ queries: 0, keys: 0 });
});

test("texts are a selection, whose weights stay, and what is hidden within is scaled", async () => {
  const [there, hidden] = [choice({ texts: [0, 1] }), choice({ texts: [0, 1], hide: ["special"] })];
  const layer = await chosenSource(source(PAIR), there).layer("encoder", 0);
  expect([layer.queries, layer.keys]).toEqual([4, 2]);
  expect(written(layer.row(0, 1))).toEqual(["0.100", "0.100"]);
  const rest = await chosenSource(source(PAIR), hidden).layer("encoder", 0);
  expect([rest.queries, rest.keys]).toEqual([2, 1]);
  expect(written(rest.row(0, 0))).toEqual(["0.200"]);
});

test("a row whose weight was all hidden stays empty, and is counted", () => {
  const rows = ROWS.map((row, query) => (query === 4 ? Float32Array.of(1, 0, 0, 0, 0, 0) : row));
  const made = chosenSource(source(TABLE, [], rows), choice({ hide: ["special"] }));
  expect([...(made.loaded("encoder", 0)?.row(0, 3) ?? [])]).toEqual([0, 0, 0, 0]);
  // Three rows give .2 of 1 to special tokens, one gives all.
  const mass = made.mass("encoder", 0, [0]);
  expect(mass).toMatchObject({ empty: 1, exact: true });
  expect(mass?.hidden).toBeCloseTo((3 * 0.2 + 1) / 4, 6);
});

test("the share in view is that of the chosen queries' whole attention", () => {
  const made = chosenSource(source(PAIR), choice({ texts: [1, 0], hide: ["special"] }));
  // One query is left, c: .4 of its attention goes to [CLS] a b [SEP], half of that to special tokens.
  const mass = made.mass("encoder", 0, [0]);
  expect(mass?.inTexts).toBeCloseTo(0.4, 6);
  expect(mass?.hidden).toBeCloseTo(0.5, 6);
});

test("thumbnails are made as rows are, those of long texts stay and say so", async () => {
  const { rows, columns, map } = await chosenSource(source(), WORDS).overview("encoder");
  expect([rows, columns]).toEqual([5, 5]);
  expect(map(0, 0)[6]).toBeCloseTo(255 * Math.sqrt(0.6), -1);
  const hiding = await chosenSource(source(), choice({ hide: ["special"] })).overview("encoder");
  expect([hiding.rows, hiding.columns]).toEqual([4, 4]);
  expect(hiding.map(0, 0)[0]).toBeCloseTo(255 * Math.sqrt(0.5 / 0.8), -1);
  const long = {
    ...source(),
    overview: async () => ({ ...(await source().overview("encoder")), rows: 3 }),
  };
  const kept = await chosenSource(long, WORDS).overview("encoder");
  expect([kept.rows, kept.unchosen]).toEqual([3, true]);
});

test("a layer is made once", () => {
  const units = chosenSource(source(), WORDS);
  expect(units.loaded("encoder", 0)).toBe(units.loaded("encoder", 0));
});
