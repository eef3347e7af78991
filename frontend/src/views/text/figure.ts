/** The image with the weights of its patches laid over it. */

import { fitCanvas } from "../../draw/surface";
import type { Box, Picture, TokenTable } from "../../payload/schema";
import { share } from "../../text/number";
import { el } from "../../ui/dom";
import { strength } from "./measures";
import { fitPicture, type PatchesLook, paintPatches, patchAlpha, patchPlace } from "./patches";

/** The tint does not grow in proportion to the weight, so its scale is a line through so many points. */
const STOPS = 24;

export interface Figure {
  element: HTMLElement;
  canvas: HTMLCanvasElement;
  image: HTMLImageElement;
  units: readonly number[];
  /** Fits the image into a column. */
  layOut(width: number, height: number): void;
  /** @param paper A printed canvas covers what is under it, so there it holds the image too. */
  paint(look: PatchesLook, paper: boolean): void;
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

/** From no weight to the largest, in the tints that the patches have. */
function rampOf({ colour, power }: PatchesLook): string {
  const stops = Array.from({ length: STOPS + 1 }, (_, stop) => {
    const cover = 100 * patchAlpha(strength(stop, STOPS, power));
    return `color-mix(in srgb, ${colour} ${cover.toFixed(1)}%, transparent)`;
  });
  return `linear-gradient(to right, ${stops.join(", ")})`;
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
  const ramp = el("span", { class: "figure-ramp" });
  const most = el("span", { class: "number" });
  const scale = el(
    "figcaption",
    { class: "figure-scale", "aria-hidden": "true" },
    el("span", { class: "number" }, "0"),
    ramp,
    most,
  );
  const element = el("figure", { class: "figure" }, image, canvas, scale);
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
    paint(look, paper) {
      const { context: pen } = fitCanvas(canvas, size.width, size.height);
      if (paper && image.complete) {
        pen.imageSmoothingEnabled = !image.classList.contains("pixels");
        pen.drawImage(image, 0, 0, size.width, size.height);
      }
      paintPatches(pen, size, boxes, units, look);
      scale.hidden = look.values === null;
      most.textContent = share(look.largest);
      ramp.style.background = rampOf(look);
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
