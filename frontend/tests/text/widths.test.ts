import { expect, test } from "vitest";
import { font } from "../../src/text/fonts";
import { tableWidth } from "../../src/text/widths";

const at = (text: string, weight = 400): number => tableWidth(text, `${weight} 10px Any`);

test("Chinese and Japanese characters are as wide as they are high, half-width kana half of it", () => {
  expect(at("猫が、Ａ")).toBeCloseTo(40);
  expect(at("ﾈｺ")).toBeCloseTo(10);
});

test("accents and marks that join take no room", () => {
  expect(at("é")).toBeCloseTo(at("e"));
  expect(at("e\u0301\u200d\ufe0f")).toBeCloseTo(at("e"));
});

test.each([
  ["i", "m"],
  [".", "a"],
  ["l", "W"],
  ["a", "あ"],
])("%s is narrower than %s", (narrow, wide) => {
  expect(at(narrow)).toBeLessThan(at(wide));
});

test("bold is wider, and widths go with the size", () => {
  expect(at("word", 700)).toBeGreaterThan(at("word"));
  expect(tableWidth("word", "400 20px Any")).toBeCloseTo(2 * at("word"));
});

test("every character has a width", () => {
  for (const character of "Ωжनت한😀→√⇥␣◌\u{e000}\ud800") expect(at(character)).toBeGreaterThan(0);
});

test("quotes are as wide as a Japanese character in Japanese only", () => {
  expect(tableWidth("“", font(10, "ja"))).toBeCloseTo(10);
  expect(tableWidth("“", font(10, "en"))).toBeLessThan(5);
  expect(tableWidth("“", font(10, null))).toBeLessThan(5);
});
