import { expect, test } from "vitest";
import type { By, Hide } from "../../src/attention/choice";
import { hasWords, originOf, sideOf, textsOf, unitTable } from "../../src/attention/units";
import type { TokenTable } from "../../src/payload/schema";
import { PAIR, TABLE } from "./texts";

const side = (
  table: TokenTable,
  by: By,
  hide: Hide[] = [],
  text: number | null = null,
  sinks: number[] = [],
) => sideOf(table, { by, hide }, text, sinks);

test("units hold their tokens, and what belongs to no word stands alone", () => {
  expect(side(TABLE, "word").units).toEqual([[0], [1, 2], [3], [4], [5]]);
  expect(side(TABLE, "token", ["particles"]).units).toHaveLength(6);
});

test("particles can be left out of words", () => {
  const { units, place } = side(TABLE, "word", ["particles"]);
  expect(units).toEqual([[0], [1, 2], [4], [5]]);
  expect(place).toEqual([0, 1, 3, 4]);
});

test("special tokens and sinks go, and a word keeps what is left of it", () => {
  expect(side(TABLE, "token", ["special"]).place).toEqual([1, 2, 3, 4]);
  expect(side(TABLE, "word", ["sinks"], null, [1]).units).toEqual([[0], [2], [3], [4], [5]]);
  expect(side(TABLE, "word", ["sinks"], null, [1, 2]).place).toEqual([0, 2, 3, 4]);
  expect(side(TABLE, "sentence", ["special"]).units).toEqual([[1, 2, 3, 4]]);
});

test("what would leave nothing is refused and named, the rest is done", () => {
  const { units, refused } = side(TABLE, "token", ["special", "sinks"], null, [1, 2, 3, 4]);
  expect(units).toEqual([[1], [2], [3], [4]]);
  expect(refused).toEqual(["sinks"]);
});

test("added tokens go with the text before them, those in front with the first", () => {
  expect(side(PAIR, "token", [], 0).place).toEqual([0, 1, 2, 3]);
  expect(side(PAIR, "token", [], 1).place).toEqual([4, 5]);
  expect(side(PAIR, "token", ["special"], 1).place).toEqual([4]);
  expect(side(PAIR, "token", ["special"], 1).text).toEqual([4, 5]);
});

test("texts are those that have tokens", () => {
  expect(textsOf(PAIR)).toEqual([0, 1]);
  expect(textsOf({ ...PAIR, segment: [null, 0, 0, 0, 0, null] })).toEqual([0]);
});

test("a table of units reads like a table of tokens", () => {
  const table = unitTable(TABLE, "word", side(TABLE, "word"));
  expect(table.label).toEqual(["[CLS]", "追いかけ", "は", "犬", "[SEP]"]);
  expect(table.raw[1]).toBe("追い ##かけ");
  // Of 追い and かけ only one is unknown.
  expect(table.flags).toEqual([1, 0, 0, 4, 1]);
  const sentences = unitTable(TABLE, "sentence", side(TABLE, "sentence"));
  // Whole, however long: Find looks there too.
  expect(sentences.label[1]).toBe(TABLE.units.sentence.label[1]);
  expect(sentences.label[1]?.length).toBeGreaterThan(28);
});

test("tokens that stay keep what a token has, and know their place", () => {
  const table = unitTable(TABLE, "token", side(TABLE, "token", ["special"]));
  expect(table.label).toEqual(["追い", "かけ", "は", "犬"]);
  expect(table.word).toEqual([0, 0, 1, 2]);
  expect(originOf(table)).toEqual({ table: TABLE, place: [1, 2, 3, 4] });
  expect(unitTable(TABLE, "token", side(TABLE, "token"))).toBe(TABLE);
});

test("patches of an image have no words", () => {
  expect(hasWords(TABLE)).toBe(true);
  expect(hasWords({ ...TABLE, word: TABLE.word.map(() => null) })).toBe(false);
});
