/** The image in small, with one of its patches framed. */

import type { Box, Picture } from "../payload/schema";
import { el } from "./dom";

const SIDE = 132;
const CROP = 20;

export function patchThumb(picture: Picture, box: Box): HTMLElement {
  const scale = SIDE / Math.max(picture.width, picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  const image = el("img", { src: picture.url, alt: "" });
  const frame = el("span", { class: "patch-frame" });
  const element = el("span", { class: "patch-thumb" }, image, frame);
  const [left, top, right, bottom] = box;
  Object.assign(element.style, { width: `${width}px`, height: `${height}px` });
  Object.assign(frame.style, {
    left: `${left * width}px`,
    top: `${top * height}px`,
    width: `${(right - left) * width}px`,
    height: `${(bottom - top) * height}px`,
  });
  return element;
}

/** One such picture for each box that is there; null where none is, or the page has no image. */
export function patchThumbs(
  picture: Picture | null,
  boxes: readonly (Box | null | undefined)[],
): HTMLElement | null {
  const there = boxes.filter((box) => box != null);
  if (picture === null || there.length === 0) return null;
  return el("div", { class: "patch-thumbs" }, ...there.map((box) => patchThumb(picture, box)));
}

/** What a patch shows, cut out of the image. */
export function patchCrop(picture: Picture, [left, top, right, bottom]: Box): HTMLElement {
  const image = el("img", { src: picture.url, alt: "" });
  const element = el("span", { class: "patch-crop", "aria-hidden": "true" }, image);
  const scale = CROP / Math.max((right - left) * picture.width, (bottom - top) * picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  Object.assign(element.style, {
    width: `${(right - left) * width}px`,
    height: `${(bottom - top) * height}px`,
  });
  Object.assign(image.style, {
    width: `${width}px`,
    height: `${height}px`,
    left: `${-left * width}px`,
    top: `${-top * height}px`,
  });
  return element;
}
