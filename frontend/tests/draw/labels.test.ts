import { expect, test } from "vitest";
import { layLabel, shortLabel } from "../../src/draw/labels";
import type { TokenText } from "../../src/text/tokens";

const measure = (text: string): number => 10 * [...text].length;
const style = { size: 13, lang: null };
const token = (text: string): TokenText => ({
  pieces: [{ text, mark: false }],
  text,
  capsule: false,
  unknown: false,
  approx: false,
  part: null,
});
const lines = (text: string, room: number): string[] =>
  layLabel(token(text), style, measure, room).lines.map((line) =>
    line.map((piece) => piece.text).join(""),
  );

test("a long label breaks between words, and within one that is longer than a line", () => {
  expect(lines("the cat sat still", 80)).toEqual(["the cat", "sat", "still"]);
  expect(lines("a pneumonoultra", 60)).toEqual(["a", "pneumo", "noultr", "a"]);
});

test("no line begins with a comma", () => {
  expect(lines("忘れなかった。彼は", 60)).toEqual(["忘れなかっ", "た。彼は"]);
});

test("a label that has to stay on one line ends with …, within its room", () => {
  const short = shortLabel(token("the cat sat still"), style, measure, 80);
  expect(short.token.text).toBe("the cat…");
  expect(short.width).toBeLessThanOrEqual(80);
  expect(shortLabel(token("cat"), style, measure, 80).token.text).toBe("cat");
});
