import { describe, expect, test } from "vitest";
import type { TokenTable } from "../../src/payload/schema";
import {
  findTokens,
  mostlyCjk,
  pieces,
  readable,
  tokenText,
  withoutBrackets,
} from "../../src/text/tokens";
import { NO_PLACES, NO_UNITS } from "../units";

function table(labels: string[], change: Partial<TokenTable> = {}): TokenTable {
  const none = labels.map(() => null);
  return {
    label: labels,
    raw: labels,
    id: labels.map((_, i) => i),
    segment: none,
    word: none,
    flags: labels.map(() => 0),
    part: none,
    segments: ["A", "B"],
    ...NO_PLACES,
    units: NO_UNITS,
    finders: [],
    lang: null,
    ...change,
  };
}

/** Marks in round brackets. */
const shown = (label: string): string =>
  pieces(label)
    .map(({ text, mark }) => (mark ? `(${text})` : text))
    .join("");

test.each([
  ["plain", "plain"],
  [" ", "(␣)"],
  ["\t", "(⇥)"],
  ["\n", "(↵)"],
  ["\u200b", "(·0)"],
  ["\u0007", "(\\u0007)"],
  ["\u00a0", "(\\u00A0)"],
  ["\u202eabc", "(\\u202E)abc"],
  ["a b", "a b"],
  [" a", "(␣)a"],
  ["", "(·0)"],
  ["\u3099", "◌\u3099"],
  ["👩\u200d🚀", "👩\u200d🚀"],
  ["\u{e0001}", "(\\u{e0001})"],
  ["<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
])("%j is written %j", (label, text) => {
  expect(shown(label)).toBe(text);
});

test.each([
  ["[CLS]", "CLS"],
  ["<s>", "s"],
  ["</s>", "/s"],
  ["<|im_start|>", "im_start"],
  ["[]", "[]"],
  ["word", "word"],
])("%s without its brackets is %s", (label, text) => {
  expect(withoutBrackets(label)).toBe(text);
});

describe("token", () => {
  test("special tokens stand in a capsule", () => {
    expect(tokenText(table(["[CLS]"], { flags: [1] }), 0)).toMatchObject({
      text: "CLS",
      capsule: true,
    });
  });

  test("brackets that the person wrote stay", () => {
    expect(tokenText(table(["[CLS]"]), 0)).toMatchObject({ text: "[CLS]", capsule: false });
  });

  test("unknown, guessed and part tokens are told apart", () => {
    const tokens = table(["叱", "fine", "🐉"], { flags: [2, 4, 0], part: [null, null, [2, 3]] });
    expect(tokenText(tokens, 0)).toMatchObject({ unknown: true, approx: false });
    expect(tokenText(tokens, 1)).toMatchObject({ unknown: false, approx: true });
    expect(tokenText(tokens, 2).part).toBe("2/3");
  });
});

test.each([
  [["梅雨", "は", "x"], true],
  [["the", "rain", "雨"], false],
  [["비", "가"], false],
])("whether most of %j is Chinese or Japanese: %s", (labels, answer) => {
  expect(mostlyCjk(table(labels))).toBe(answer);
});

test("finding ignores case, width and blanks around", () => {
  expect(findTokens(table(["The", "ｔｈｅ", "other", "x"]), " THE ")).toEqual([0, 1, 2]);
  expect(findTokens(table(["a"]), " ")).toEqual([]);
});

test("a label of a thousand characters is broken off and says how many follow", () => {
  const { text, pieces } = tokenText(table(["猫".repeat(1240)]), 0);
  expect(text).toBe(`${"猫".repeat(240)} …+1\u2009000`);
  expect(pieces.at(-1)?.mark).toBe(true);
  expect(tokenText(table(["x".repeat(240)]), 0).text).toBe("x".repeat(240));
});

test.each([
  ["a b\n\tc", "a b\n\tc"],
  ["a\r\nb\rc", "a\nb(↵)c"],
  ["a\u202eb", "a(\\u202E)b"],
  ["\u0000", "(\\u0000)"],
  ["　👩\u200d🚀", "　👩\u200d🚀"],
  ["\ud800", "(\\uD800)"],
])("running text %j is written %j", (text, written) => {
  const shown = readable(text).map((piece) => (piece.mark ? `(${piece.text})` : piece.text));
  expect(shown.join("")).toBe(written);
});
