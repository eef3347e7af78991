/** Token labels. */

import { font } from "../text/fonts";
import type { Piece, TokenText } from "../text/tokens";
import type { Theme } from "./colour";
import { paintHatch } from "./hatch";
import type { Pen, TextRun } from "./pen";

/** Width of a text in a font, in CSS pixels. */
export type Measure = (text: string, font: string) => number;

export interface LabelFont {
  size: number;
  /** Language of the text; decides the shapes of Han characters. */
  lang: string | null;
}

/** A label laid out: its lines, and how wide the widest of them is. */
export interface Label {
  token: TokenText;
  lines: Piece[][];
  widths: number[];
  width: number;
}

/** From one line of a label to the next, in sizes of its letters. */
export const LINE = 1.25;

/** Padding of a capsule. */
const CAPSULE = 5;
const CAPSULE_SIZE = 0.72;
const PART_SIZE = 0.62;

/** A measure that asks the canvas once for every text. */
export function canvasMeasure(context: CanvasRenderingContext2D): Measure {
  const known = new Map<string, number>();
  return (text, wanted) => {
    const name = `${wanted}\n${text}`;
    let width = known.get(name);
    if (width === undefined) {
      context.font = wanted;
      width = context.measureText(text).width;
      known.set(name, width);
    }
    return width;
  };
}

function fontOf(token: TokenText, { size, lang }: LabelFont, bold: boolean): string {
  return token.capsule ? font(size * CAPSULE_SIZE, lang, true) : font(size, lang, bold);
}

/** Lays a label out in bold, its widest form, so that pinning never moves anything. A label wider than
 *  `room` is broken where it has to be, never cut. */
export function layLabel(
  token: TokenText,
  style: LabelFont,
  measure: Measure,
  room = Number.POSITIVE_INFINITY,
): Label {
  const wanted = fontOf(token, style, true);
  const extra =
    (token.capsule ? 2 * CAPSULE : 0) +
    (token.part === null ? 0 : measure(token.part, font(style.size * PART_SIZE, style.lang)) + 1);
  const whole = token.pieces.reduce((sum, piece) => sum + measure(piece.text, wanted), 0);
  if (whole + extra <= room) {
    return { token, lines: [token.pieces], widths: [whole + extra], width: whole + extra };
  }
  const lines = breakPieces(token.pieces, room - extra, (text) => measure(text, wanted));
  const widths = lines.map(
    (line) => line.reduce((sum, piece) => sum + measure(piece.text, wanted), 0) + extra,
  );
  return { token, lines, widths, width: Math.max(...widths) };
}

function breakPieces(
  all: readonly Piece[],
  room: number,
  measure: (text: string) => number,
): Piece[][] {
  const lines: Piece[][] = [[]];
  let used = 0;
  for (const piece of all) {
    for (const { segment } of new Intl.Segmenter().segment(piece.text)) {
      const width = measure(segment);
      if (used > 0 && used + width > room) {
        const carried = carriedOver(lines.at(-1)?.at(-1), piece.mark, segment);
        lines.push(carried === "" ? [] : [{ text: carried, mark: false }]);
        used = carried === "" ? 0 : measure(carried);
      }
      const line = lines.at(-1) as Piece[];
      const last = line.at(-1);
      if (last !== undefined && last.mark === piece.mark) last.text += segment;
      else line.push({ text: segment, mark: piece.mark });
      used += width;
    }
  }
  return lines;
}

/** What may not begin a line. */
const CLOSING = /^[、。，．・：；！？）」』】〉》”’,.:;!?)\]ー々…]/u;

/** Takes off the end of a line what goes on in the next one: a word that has begun, or the character that a
 *  comma belongs to. Nothing where the line cannot do without. */
function carriedOver(end: Piece | undefined, mark: boolean, next: string): string {
  if (end === undefined || end.mark || mark) return "";
  const blank = end.text.lastIndexOf(" ");
  const last = [...end.text].at(-1) as string;
  if (blank <= 0 && CLOSING.test(next) && end.text !== last && !/[\p{M}\p{Cf}]/u.test(last)) {
    end.text = end.text.slice(0, -last.length);
    return last;
  }
  if (blank <= 0) return "";
  const word = end.text.slice(blank + 1);
  end.text = end.text.slice(0, blank);
  return word;
}

/** As much of a text as has room. */
export function shortened(text: string, room: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= room) return text;
  const characters = [...text];
  let [low, high] = [0, characters.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (widthOf(`${characters.slice(0, middle).join("")}…`) <= room) low = middle;
    else high = middle - 1;
  }
  return `${characters.slice(0, low).join("").trimEnd()}…`;
}

/** A label that stays on one line: the end of what has no room is left out. */
export function shortLabel(
  token: TokenText,
  style: LabelFont,
  measure: Measure,
  room: number,
): Label {
  const whole = layLabel(token, style, measure);
  if (whole.width <= room) return whole;
  const wanted = fontOf(token, style, true);
  const beside =
    whole.width - token.pieces.reduce((sum, { text }) => sum + measure(text, wanted), 0);
  const text = shortened(token.text, room - beside, (part) => measure(part, wanted));
  return layLabel({ ...token, text, pieces: [{ text, mark: false }] }, style, measure);
}

export interface LabelLook {
  theme: Theme;
  style: LabelFont;
  measure: Measure;
  align: "left" | "right" | "center";
  /** "pinned" turns ink over; "dim" is for tokens that are not concerned. */
  state: "plain" | "dim" | "pinned";
  /** Round the label: a line where the pointer is, dots where it was looked for. */
  outline: "none" | "hover" | "found";
  /** How far plate and outline reach beyond the label on either side; 5 where there is room. */
  plate?: number;
}

/** Draws a label whose anchor is `x` and whose vertical middle is `y`. */
export function paintLabel(
  context: Pen,
  label: Label,
  x: number,
  y: number,
  look: LabelLook,
): void {
  const { size } = look.style;
  const pitch = size * LINE;
  const { left, width } = boxOf(label, x, look.align);
  const height = label.lines.length * pitch;
  if (label.token.approx) {
    paintHatch(context, { left, top: y - height / 2, width, height }, look.theme.hair2, 5);
  }
  paintPlate(context, { left, top: y - height / 2, width, height }, label.token, look);
  for (const [i, line] of label.lines.entries()) {
    const middle = y + (i - (label.lines.length - 1) / 2) * pitch;
    const from = boxOf({ width: label.widths[i] as number }, x, look.align).left;
    const last = i === label.lines.length - 1;
    paintLine(
      context,
      label.token,
      line,
      { from, middle, last, width: label.widths[i] as number },
      look,
    );
  }
}

function boxOf(
  { width }: { width: number },
  x: number,
  align: LabelLook["align"],
): { left: number; width: number } {
  return { left: align === "left" ? x : align === "right" ? x - width : x - width / 2, width };
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

function paintPlate(
  context: Pen,
  box: Box,
  token: TokenText,
  { theme, state, outline, plate = 5 }: LabelLook,
): void {
  if (state !== "pinned" && outline === "none") return;
  const pad = token.capsule ? 1 : plate;
  context.beginPath();
  context.roundRect(box.left - pad, box.top - 1, box.width + 2 * pad, box.height + 2, 4);
  if (state === "pinned") {
    context.fillStyle = theme.ink;
    context.fill();
  }
  if (outline === "none") return;
  context.lineWidth = outline === "hover" ? 1.5 : 1.25;
  context.setLineDash(outline === "hover" ? [] : [1.5, 2]);
  context.strokeStyle = theme.ink;
  context.stroke();
  context.setLineDash([]);
}

interface LineBox {
  from: number;
  middle: number;
  width: number;
  last: boolean;
}

function paintLine(
  context: Pen,
  token: TokenText,
  pieces: readonly Piece[],
  box: LineBox,
  look: LabelLook,
): void {
  const { theme, style, measure, state } = look;
  const plain = token.capsule ? theme.ink2 : theme.ink;
  const ink = { pinned: theme.paper, dim: theme.dim, plain }[state];
  const faint = state === "pinned" ? theme.hair2 : theme.ink3;
  const wanted = fontOf(token, style, state === "pinned");
  const text = pieces.reduce((sum, piece) => sum + measure(piece.text, wanted), 0);
  // The box was measured in bold; lighter letters keep to the side that faces the lines.
  const slack = Math.max(0, box.width - text - extraWidth(token, style, measure));
  // What is in a capsule keeps to its middle, whatever font it is set in.
  const align = token.capsule ? "center" : look.align;
  const share = { left: 0, center: 0.5, right: 1 }[align];
  const start = box.from + (token.capsule ? CAPSULE : 0) + slack * share;
  const base = box.middle + style.size * (token.capsule ? CAPSULE_SIZE : 1) * 0.36;
  const runs = pieces.map((piece) => ({ text: piece.text, colour: piece.mark ? faint : ink }));
  context.font = wanted;
  context.textBaseline = "alphabetic";
  writeRuns(context, runs, { start, width: text, y: base, align, share }, (part) =>
    measure(part, wanted),
  );
  const x = start + text;
  context.textAlign = "left";
  if (token.capsule) paintCapsule(context, box, look);
  if (token.unknown) dots(context, start, x, base + 3, ink);
  if (token.part !== null && box.last) {
    context.font = font(style.size * PART_SIZE, style.lang);
    context.fillStyle = faint;
    context.fillText(token.part, x + 1, base - style.size * 0.36);
  }
}

/** Writes runs one after the other. A figure is told where their fixed end is, as its reader's font may be
 *  another than the one that was measured. */
function writeRuns(
  context: Pen,
  runs: readonly TextRun[],
  place: { start: number; width: number; y: number; align: LabelLook["align"]; share: number },
  measure: (text: string) => number,
): void {
  const { start, width, y, align, share } = place;
  if (context.fillRuns !== undefined) {
    context.textAlign = align;
    context.fillRuns(runs, start + width * share, y);
    return;
  }
  context.textAlign = "left";
  let x = start;
  for (const { text, colour } of runs) {
    context.fillStyle = colour;
    context.fillText(text, x, y);
    x += measure(text);
  }
}

function extraWidth(token: TokenText, style: LabelFont, measure: Measure): number {
  const part =
    token.part === null ? 0 : measure(token.part, font(style.size * PART_SIZE, style.lang)) + 1;
  return part + (token.capsule ? 2 * CAPSULE : 0);
}

function paintCapsule(context: Pen, box: LineBox, look: LabelLook): void {
  const height = Math.round(look.style.size * 1.05);
  context.beginPath();
  context.roundRect(
    box.from + 0.5,
    Math.round(box.middle - height / 2) + 0.5,
    box.width - 1,
    height - 1,
    3,
  );
  context.lineWidth = 1;
  context.strokeStyle = look.state === "pinned" ? look.theme.paper : look.theme.hair2;
  context.stroke();
}

function dots(context: Pen, from: number, to: number, y: number, colour: string): void {
  context.beginPath();
  context.moveTo(from, y);
  context.lineTo(to, y);
  context.lineWidth = 1.2;
  context.strokeStyle = colour;
  context.setLineDash([1.2, 2]);
  context.stroke();
  context.setLineDash([]);
}
