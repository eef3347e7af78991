/** The weights of an image's patches, painted over it. */

import type { By } from "../../attention/choice";
import { isImageAlone } from "../../attention/patches";
import type { Theme } from "../../draw/colour";
import type { Pen } from "../../draw/pen";
import type { Box, Picture, TokenTable } from "../../payload/schema";
import type { TextWords, UnitName } from "../../text/reading";
import { tokenText } from "../../text/tokens";
import { isUnderlined, strength, strongest } from "./measures";

/** Small images are enlarged to this many pixels, the measure of a text is the most. */
const SIDE = { good: 640, most: 740, least: 160 };
/** Enlarged further than this, single pixels are told apart better by their edges than by a blur. */
const BLURRED = 6;
/** How much of the image the strongest patch covers: what is under it can still be seen. */
const COVER = 0.6;
/** Patches that are framed; more would be a grid of their own. */
const MOST_FRAMED = 10;
/** Below this many pixels a cell, a grid would hide the image. */
const LEAST_CELL = 7;
const GRID = 0.25;

export interface Size {
  width: number;
  height: number;
}

export interface PatchesLook {
  theme: Theme;
  colour: string;
  /** Weights by unit; null while there is nothing to show. */
  values: ArrayLike<number> | null;
  largest: number;
  power: number | undefined;
  pinned: number | null;
  hovered: number | null;
}

/** What the units of a text are called; words and patches beside one another are both. */
export function unitName(table: TokenTable, by: By): UnitName {
  if (isImageAlone(table)) return "patch";
  return by === "word" && table.boxes?.some((box) => box !== null) ? "mixed" : by;
}

/** What one unit is called: a patch by its row and column, all others as they are written. */
export function nameOf(table: TokenTable, unit: number, words: TextWords): string {
  const box = table.boxes?.[unit];
  if (box == null) return tokenText(table, unit).text;
  const [left, top, right, bottom] = box;
  return words.patch(Math.round(bottom / (bottom - top)), Math.round(right / (right - left)));
}

/** The size of an image in a room, and whether its pixels are shown as they are. */
export function fitPicture(picture: Picture, room: Size): Size & { pixels: boolean } {
  const scale = Math.min(
    Math.min(room.width, SIDE.most) / picture.width,
    Math.max(SIDE.good, picture.width) / picture.width,
    Math.max(SIDE.least, room.height) / picture.height,
  );
  return {
    width: Math.round(picture.width * scale),
    height: Math.round(picture.height * scale),
    pixels: scale > BLURRED,
  };
}

/** Where a patch is in an image of some size; null for units that stand for none. */
export function patchPlace(
  box: Box | null | undefined,
  size: Size,
): { x: number; y: number; width: number; height: number } | null {
  if (box == null) return null;
  const x = Math.round(box[0] * size.width);
  const y = Math.round(box[1] * size.height);
  const right = Math.round(box[2] * size.width);
  return { x, y, width: right - x, height: Math.round(box[3] * size.height) - y };
}

export const patchAlpha = (t: number): number => COVER * t;

export function paintPatches(
  pen: Pen,
  size: Size,
  boxes: readonly (Box | null)[],
  units: readonly number[],
  { theme, colour, values, largest, power, pinned, hovered }: PatchesLook,
): void {
  const strengthOf = (unit: number): number =>
    values === null ? 0 : strength(values[unit] ?? 0, largest, power);
  for (const unit of units) {
    const at = patchPlace(boxes[unit], size);
    if (at === null) continue;
    const t = strengthOf(unit);
    if (t > 0) {
      pen.fillStyle = colour;
      pen.globalAlpha = patchAlpha(t);
      pen.fillRect(at.x, at.y, at.width, at.height);
    }
    if (Math.min(at.width, at.height) >= LEAST_CELL) {
      pen.strokeStyle = theme.dark ? "#000000" : "#ffffff";
      pen.globalAlpha = GRID;
      pen.lineWidth = 1;
      pen.strokeRect(at.x + 0.5, at.y + 0.5, at.width, at.height);
    }
    pen.globalAlpha = 1;
  }
  const frame = (unit: number | null, lines: readonly [string, number][]): void => {
    const at = unit === null ? null : patchPlace(boxes[unit], size);
    if (at === null) return;
    for (const [colour, inset] of lines) {
      pen.strokeStyle = colour;
      pen.lineWidth = 2;
      pen.strokeRect(at.x + inset, at.y + inset, at.width - 2 * inset, at.height - 2 * inset);
    }
  };
  const strong = values === null ? [] : strongest(values, units, MOST_FRAMED);
  // White within the colour shows on any image.
  for (const unit of strong.filter((each) => isUnderlined(strengthOf(each))).reverse())
    frame(unit, [
      ["#ffffff", 2.5],
      [colour, 1],
    ]);
  frame(hovered, [
    [theme.paper, 0.5],
    [theme.ink, -1],
  ]);
  frame(pinned, [
    ["#ffffff", 1],
    ["#000000", -1],
  ]);
}
