/**
 * Running text set into lines of a given width, as a browser sets it: Latin is broken at blanks, Chinese,
 * Japanese and Korean between characters, and no line begins or ends with what Japanese rules forbid there.
 *
 * Lines are filled greedily. A figure has no browser to ask, and needs the place of every unit.
 */

/** A stretch of text that looks the same throughout. */
export interface Stretch<Look> {
  text: string;
  look: Look;
}

/** What of a stretch stands on one line. */
export interface Fragment<Look> extends Stretch<Look> {
  left: number;
  width: number;
}

/** A character with all that combines with it. */
interface Glyph {
  text: string;
  /** Number of its stretch. */
  of: number;
}

/** Characters that a line can be broken between. */
export const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\u30fc\uff00-\uff65]/u;
/** Kinsoku: closing brackets, stops and small kana begin no line, opening brackets end none. */
const NO_START =
  /^[、。，．,.・：；:;？！?!‥…）」』】〕〉》］｝)\]}’”ー々ゝゞヽヾぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ％%‰°]/u;
const NO_END = /^[（「『【〔〈《［｛([{‘“]/u;
const BLANK = /^[\t\v\f \u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]+$/u;
const LINE_END = /^(?:\r\n|[\n\r])$/;
const CLUSTERS = /\r\n|(?:\p{RI}{2}|[^\p{M}])(?:\p{M}|\p{EMod}|\u200d[^\p{M}])*|\p{M}+/gsu;
/** The first letter that has a direction decides, as `dir="auto"` does. */
const RIGHT_TO_LEFT =
  /^[^\p{L}]*[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

export const isBlank = (text: string): boolean => BLANK.test(text);

/** Whether a line may end between two characters that are no blanks. */
export function mayBreak(before: string, after: string): boolean {
  if (NO_START.test(after) || NO_END.test(before)) return false;
  return (
    WIDE.test(before) || WIDE.test(after) || (/^[-‐–—]/u.test(before) && /^\p{L}/u.test(after))
  );
}

/** @param widthOf Width of a text in the font of the paragraph. */
export function setLines<Look>(
  stretches: readonly Stretch<Look>[],
  room: number,
  widthOf: (text: string) => number,
): Fragment<Look>[][] {
  const glyphs = stretches.flatMap(({ text }, of) =>
    (text.match(CLUSTERS) ?? []).map((cluster): Glyph => ({ text: cluster, of })),
  );
  const lines: Fragment<Look>[][] = [];
  let line: Glyph[][] = [];
  let used = 0;

  function end(): void {
    // Blanks at the end of a line take no room.
    while (line.length > 0 && isBlank(line.at(-1)?.[0]?.text ?? "")) line.pop();
    lines.push(placed(line.flat(), stretches, widthOf));
    line = [];
    used = 0;
  }

  function add(atom: Glyph[], width: number): void {
    line.push(atom);
    used += width;
  }

  for (const atom of atoms(glyphs)) {
    const first = (atom[0] as Glyph).text;
    if (LINE_END.test(first)) {
      end();
      continue;
    }
    const width = widthIn(atom, widthOf);
    if (isBlank(first)) {
      add(atom, width);
      continue;
    }
    if (used > 0 && used + width > room) end();
    if (width <= room) {
      add(atom, width);
      continue;
    }
    // What is wider than a line is broken anywhere.
    for (const glyph of atom) {
      const own = widthOf(glyph.text);
      if (used > 0 && used + own > room) end();
      add([glyph], own);
    }
  }
  if (line.length > 0) end();
  const text = stretches.map((stretch) => stretch.text).join("");
  return RIGHT_TO_LEFT.test(text) ? lines.map((each) => mirrored(each, room)) : lines;
}

/** Glyphs that no line is broken between; blanks and line ends are atoms of their own. */
function* atoms(glyphs: readonly Glyph[]): Generator<Glyph[]> {
  let atom: Glyph[] = [];
  for (const glyph of glyphs) {
    const last = atom.at(-1)?.text;
    const together =
      last !== undefined &&
      !LINE_END.test(last) &&
      !LINE_END.test(glyph.text) &&
      isBlank(last) === isBlank(glyph.text) &&
      (isBlank(last) || !mayBreak(last, glyph.text));
    if (!together && atom.length > 0) {
      yield atom;
      atom = [];
    }
    atom.push(glyph);
  }
  if (atom.length > 0) yield atom;
}

/** Glyphs of one stretch, one run after the other. */
function* runs(glyphs: readonly Glyph[]): Generator<{ text: string; of: number }> {
  let text = "";
  for (const [i, glyph] of glyphs.entries()) {
    text += glyph.text;
    if (glyphs[i + 1]?.of === glyph.of) continue;
    yield { text, of: glyph.of };
    text = "";
  }
}

function widthIn(glyphs: readonly Glyph[], widthOf: (text: string) => number): number {
  let sum = 0;
  for (const { text } of runs(glyphs)) sum += widthOf(text);
  return sum;
}

function placed<Look>(
  glyphs: readonly Glyph[],
  stretches: readonly Stretch<Look>[],
  widthOf: (text: string) => number,
): Fragment<Look>[] {
  let left = 0;
  return [...runs(glyphs)].map(({ text, of }) => {
    const width = widthOf(text);
    left += width;
    return { text, look: (stretches[of] as Stretch<Look>).look, left: left - width, width };
  });
}

function mirrored<Look>(line: readonly Fragment<Look>[], room: number): Fragment<Look>[] {
  return line.map((fragment) => ({ ...fragment, left: room - fragment.left - fragment.width }));
}
