/**
 * How wide a text is where nothing can measure it: Python draws figures without a browser and without a
 * font.
 *
 * Letters have the advance widths of Helvetica, a little widened, because a figure may be shown in a
 * wider face: a gap too many is no harm, labels that touch are.
 */

import { isJapanese } from "./fonts";

/** Of the characters from the blank to the tilde, in thousandths of the size. */
const LATIN = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
  556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
  611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
  667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
  222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const WIDENED = 1.05;
const BOLD = 1.06;

/** Widths by kind of character, in thousandths; the first that fits counts. */
const KINDS: readonly (readonly [RegExp, number])[] = [
  [/^[\p{M}\p{Cf}]$/u, 0],
  [/^[\uff61-\uff9f]$/u, 500],
  [/^[\u2009\u200a\u2006\u202f]$/u, 200],
  [/^[·•‧‘’‚‛]$/u, 340],
  [/^[↑↓←→⇥↵…—“”]$/u, 1000],
  [
    /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]$/u,
    1000,
  ],
  [/^[\u2e80-\u303f\u3200-\u33ff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6]$/u, 1000],
  [/^\p{Extended_Pictographic}$/u, 1250],
  [/^[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thai}\p{Script=Lao}]$/u, 640],
  [/^[\p{Lu}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Khmer}]$/u, 800],
  [/^\p{Ll}$/u, 640],
];
/** Of all that is left: other scripts and symbols. */
const OTHER = 900;

const known = new Map<string, number>();

/** Quotes that Japanese fonts set as wide as a character, and others like a letter. */
const QUOTES = /[“”]/;
const NARROW_QUOTE = 390;

/** Of one character, in thousandths of the size. */
function advance(character: string): number {
  let width = known.get(character);
  if (width === undefined) {
    width = worked(character);
    known.set(character, width);
  }
  return width;
}

function worked(character: string): number {
  // An accent takes no room of its own.
  const base = [...character.normalize("NFD")][0] as string;
  const latin = LATIN[(base.codePointAt(0) as number) - 32];
  if (latin !== undefined) return latin * WIDENED;
  for (const [kind, width] of KINDS) if (kind.test(base)) return width;
  return OTHER;
}

/** Width of a text in a canvas font, in CSS pixels. */
export function tableWidth(text: string, font: string): number {
  const [, weight, size] = /^(\d+) ([\d.]+)px /.exec(font) ?? [];
  const narrow = QUOTES.test(text) && !isJapanese(font);
  let sum = 0;
  for (const character of text) {
    const width = narrow && QUOTES.test(character) ? NARROW_QUOTE : advance(character);
    sum += weight === "700" && width < 1000 ? width * BOLD : width;
  }
  return (sum * Number(size)) / 1000;
}
