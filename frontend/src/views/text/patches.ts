/** The weights of an image's patches, painted over it. */

import { css, ramp, type Theme } from "../../draw/colour";
import type { Pen } from "../../draw/pen";
import type { Box, Picture } from "../../payload/schema";
import { isUnderlined, strength } from "./measures";

/** Small images are enlarged to this many pixels, the measure of a text is the most. */
const SIDE = { good: 640, most: 740, least: 160 };
/** Enlarged further than this, single pixels are told apart better by their edges than by a blur. */
const BLURRED = 6;
/** How much of the image the strongest patch covers. */
const COVER = 0.82;
/** Below this many pixels a cell, a grid would hide the image. */
const LEAST_CELL = 7;

export interface Size {
  width: number;
  height: number;
}

export interface PatchesLook {
  theme: Theme;
  /** Weights by unit; null while there is nothing to show. */
  values: ArrayLike<number> | null;
  largest: number;
  power: number | undefined;
  pinned: number | null;
  hovered: number | null;
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

export function paintPatches(
  pen: Pen,
  size: Size,
  boxes: readonly (Box | null)[],
  units: readonly number[],
  { theme, values, largest, power, pinned, hovered }: PatchesLook,
): void {
  for (const unit of units) {
    const at = patchPlace(boxes[unit], size);
    if (at === null) continue;
    const t = values === null ? 0 : strength(values[unit] ?? 0, largest, power);
    if (t > 0) {
      pen.fillStyle = css(ramp(theme.weights, 0.2 + 0.8 * t));
      pen.globalAlpha = t * COVER;
      pen.fillRect(at.x, at.y, at.width, at.height);
    }
    if (Math.min(at.width, at.height) >= LEAST_CELL) {
      pen.strokeStyle = theme.dark ? "#000000" : "#ffffff";
      pen.globalAlpha = theme.dark ? 0.3 : 0.35;
      pen.lineWidth = 1;
      pen.strokeRect(at.x + 0.5, at.y + 0.5, at.width, at.height);
    }
    pen.globalAlpha = 1;
    if (isUnderlined(t)) {
      pen.fillStyle = theme.ink;
      pen.fillRect(at.x + 2, at.y + at.height - 3, Math.max(2, at.width - 4), 2);
    }
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
  frame(hovered, [
    [theme.paper, 0.5],
    [theme.ink, -1],
  ]);
  frame(pinned, [
    ["#ffffff", 1],
    ["#000000", -1],
  ]);
}
