import { describe, expect, test } from "vitest";
import { setLines } from "../../src/figures/setting";

/** Every character is ten wide, marks that combine none. */
const widthOf = (text: string): number => 10 * [...text.replace(/\p{M}/gu, "")].length;

const set = (text: string, room: number): string[] =>
  setLines([{ text, look: null }], room, widthOf).map((line) =>
    line.map((fragment) => fragment.text).join(""),
  );

describe("Latin", () => {
  test("breaks at blanks, which take no room at the end of a line", () => {
    expect(set("the cat sat on it", 70)).toEqual(["the cat", "sat on", "it"]);
  });

  test("a word wider than a line is broken anywhere", () => {
    expect(set("a catastrophe", 50)).toEqual(["a", "catas", "troph", "e"]);
  });

  test("line ends in the text stay, empty lines too", () => {
    expect(set("a\nb\r\n\nc", 90)).toEqual(["a", "b", "", "c"]);
  });

  test("no line breaks at a blank that forbids it, and one may after a hyphen", () => {
    expect(set("ab\u00a0cd ef-gh", 50)).toEqual(["ab\u00a0cd", "ef-gh"]);
    expect(set("ab ef-gh", 60)).toEqual(["ab ef-", "gh"]);
  });
});

describe("Japanese", () => {
  test("breaks between characters", () => {
    expect(set("吾輩は猫である", 30)).toEqual(["吾輩は", "猫であ", "る"]);
  });

  test.each([..."、。，．）」』】？！ーっゃゅょァ"])("no line begins with %s", (character) => {
    expect(set(`吾輩は${character}猫`, 30)).toEqual(["吾輩", `は${character}猫`]);
  });

  test.each([..."（「『【"])("no line ends with %s", (character) => {
    expect(set(`吾輩${character}猫あ`, 30)).toEqual(["吾輩", `${character}猫あ`]);
  });

  test("a Latin word within stays whole", () => {
    expect(set("これはBERTです", 60)).toEqual(["これは", "BERTです"]);
  });
});

test("marks stay with the letter that they stand on, emoji in one piece", () => {
  const family = "👩\u200d👩\u200d👧";
  expect(set("e\u0301e\u0301", 10)).toEqual(["e\u0301", "e\u0301"]);
  expect(set(`ab${family}`, 20)).toEqual(["ab", family]);
});

test("stretches keep their places side by side, over several lines", () => {
  const stretches = ["un", "believ", "able", " ", "news"].map((text, look) => ({ text, look }));
  const lines = setLines(stretches, 120, widthOf);
  expect(lines).toEqual([
    [
      { text: "un", look: 0, left: 0, width: 20 },
      { text: "believ", look: 1, left: 20, width: 60 },
      { text: "able", look: 2, left: 80, width: 40 },
    ],
    [{ text: "news", look: 4, left: 0, width: 40 }],
  ]);
});

test("Hebrew and Arabic run from the right edge", () => {
  const [line] = setLines([{ text: "שלום עולם", look: null }].concat([]), 200, widthOf);
  expect(line).toEqual([{ text: "שלום עולם", look: null, left: 110, width: 90 }]);
});
