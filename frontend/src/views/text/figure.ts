/** The image with the weights of its patches laid over it. */

import { fitCanvas } from "../../draw/surface";
import type { Box, Picture, TokenTable } from "../../payload/schema";
import { el } from "../../ui/dom";
import { fitPicture, type PatchesLook, paintPatches, patchPlace } from "./patches";

export interface Figure {
  element: HTMLElement;
  canvas: HTMLCanvasElement;
  image: HTMLImageElement;
  units: readonly number[];
  /** Fits the image into a column. */
  layOut(width: number, height: number): void;
  paint(look: PatchesLook): void;
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

  return {
    element,
    canvas,
    image,
    units,
    layOut(width, height) {
      const { pixels, ...fitted } = fitPicture(picture, { width, height });
      size = fitted;
      element.style.width = `${size.width}px`;
      element.style.height = `${size.height}px`;
      image.classList.toggle("pixels", pixels);
    },
    paint(look) {
      const { context: pen } = fitCanvas(canvas, size.width, size.height);
      paintPatches(pen, size, boxes, units, look);
    },
    at(x, y) {
      const box = canvas.getBoundingClientRect();
      return unitAt(boxes, units, (x - box.x) / box.width, (y - box.y) / box.height);
    },
    place(unit) {
      const at = patchPlace(boxes[unit], size);
      const box = canvas.getBoundingClientRect();
      return at && new DOMRect(box.x + at.x, box.y + at.y, at.width, at.height);
    },
  };
}
