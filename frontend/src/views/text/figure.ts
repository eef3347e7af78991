/** The image with the weights of its patches laid over it. */

import { ramp, type Theme } from "../../draw/colour";
import { fitCanvas } from "../../draw/surface";
import type { Box, Picture, TokenTable } from "../../payload/schema";
import { el } from "../../ui/dom";
import { isUnderlined, strength } from "./measures";

/** Small images are enlarged to this many pixels, the measure of a text is the most. */
const SIDE = { good: 640, most: 740 };
/** How much of the image the strongest patch covers. */
const COVER = 0.82;
/** Below this many pixels a cell, a grid would hide the image. */
const LEAST_CELL = 7;

export interface FigureLook {
  theme: Theme;
  /** Weights by unit; null while there is nothing to show. */
  values: ArrayLike<number> | null;
  largest: number;
  power: number | undefined;
  pinned: number | null;
  hovered: number | null;
}

export interface Figure {
  element: HTMLElement;
  canvas: HTMLCanvasElement;
  image: HTMLImageElement;
  units: readonly number[];
  /** Fits the image into a column. */
  layOut(width: number, height: number): void;
  paint(look: FigureLook): void;
  /** The patch at a place of the window, or null. */
  at(x: number, y: number): number | null;
  /** Where a patch is in the window. */
  place(unit: number): DOMRect | null;
}

/** The unit whose patch holds a point, given in shares of the image. */
export function unitAt(
  boxes: readonly (Box | null)[],
  units: readonly number[],
  x: number,
  y: number,
): number | null {
  const found = units.find((unit) => {
    const box = boxes[unit];
    return box != null && x >= box[0] && x < box[2] && y >= box[1] && y < box[3];
  });
  return found ?? null;
}

/** The patch beside another: `across` columns to the right, `down` rows below; null beyond the edge. */
export function neighbour(
  boxes: readonly (Box | null)[],
  units: readonly number[],
  unit: number,
  across: number,
  down: number,
): number | null {
  const box = boxes[unit];
  if (box == null) return null;
  const x = (box[0] + box[2]) / 2 + across * (box[2] - box[0]);
  const y = (box[1] + box[3]) / 2 + down * (box[3] - box[1]);
  return unitAt(boxes, units, x, y);
}

export function createFigure(
  picture: Picture,
  table: TokenTable,
  units: readonly number[],
  name: string,
): Figure {
  const boxes = table.boxes ?? [];
  const image = el("img", { src: picture.url, alt: "", draggable: "false" });
  const canvas = el("canvas", { class: "figure-canvas", role: "img", "aria-label": name });
  const element = el("figure", { class: "figure" }, image, canvas);
  let size = { width: 0, height: 0 };

  const place = (unit: number): { x: number; y: number; width: number; height: number } | null => {
    const box = boxes[unit];
    if (box == null) return null;
    const x = Math.round(box[0] * size.width);
    const y = Math.round(box[1] * size.height);
    const right = Math.round(box[2] * size.width);
    return { x, y, width: right - x, height: Math.round(box[3] * size.height) - y };
  };

  function frame(
    pen: CanvasRenderingContext2D,
    unit: number | null,
    lines: [string, number][],
  ): void {
    const at = unit === null ? null : place(unit);
    if (at === null) return;
    for (const [colour, inset] of lines) {
      pen.strokeStyle = colour;
      pen.lineWidth = 2;
      pen.strokeRect(at.x + inset, at.y + inset, at.width - 2 * inset, at.height - 2 * inset);
    }
  }

  return {
    element,
    canvas,
    image,
    units,
    layOut(width, height) {
      const scale = Math.min(
        Math.min(width, SIDE.most) / picture.width,
        Math.max(SIDE.good, picture.width) / picture.width,
        Math.max(160, height) / picture.height,
      );
      size = {
        width: Math.round(picture.width * scale),
        height: Math.round(picture.height * scale),
      };
      element.style.width = `${size.width}px`;
      element.style.height = `${size.height}px`;
      // Enlarged far, single pixels are told apart better by their edges than by a blur.
      image.classList.toggle("pixels", scale > 6);
    },
    paint({ theme, values, largest, power, pinned, hovered }) {
      const { context: pen } = fitCanvas(canvas, size.width, size.height);
      element.classList.toggle("tinted", values !== null);
      for (const unit of units) {
        const at = place(unit);
        if (at === null) continue;
        const t = values === null ? 0 : strength(values[unit] ?? 0, largest, power);
        if (t > 0) {
          const [r, g, b] = ramp(theme.weights, 0.2 + 0.8 * t);
          pen.fillStyle = `rgb(${r} ${g} ${b} / ${t * COVER})`;
          pen.fillRect(at.x, at.y, at.width, at.height);
        }
        if (Math.min(at.width, at.height) >= LEAST_CELL) {
          pen.strokeStyle = theme.dark ? "rgb(0 0 0 / .3)" : "rgb(255 255 255 / .35)";
          pen.lineWidth = 1;
          pen.strokeRect(at.x + 0.5, at.y + 0.5, at.width, at.height);
        }
        if (isUnderlined(t)) {
          pen.fillStyle = theme.ink;
          pen.fillRect(at.x + 2, at.y + at.height - 3, Math.max(2, at.width - 4), 2);
        }
      }
      frame(pen, hovered, [
        [theme.paper, 0.5],
        [theme.ink, -1],
      ]);
      frame(pen, pinned, [
        ["#ffffff", 1],
        ["#000000", -1],
      ]);
    },
    at(x, y) {
      const box = canvas.getBoundingClientRect();
      return unitAt(boxes, units, (x - box.x) / box.width, (y - box.y) / box.height);
    },
    place(unit) {
      const at = place(unit);
      const box = canvas.getBoundingClientRect();
      return at && new DOMRect(box.x + at.x, box.y + at.y, at.width, at.height);
    },
  };
}
