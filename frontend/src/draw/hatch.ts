/** Hatching: what lies under it is there, but not to be taken at its word. */

import type { Pen } from "./pen";

export function paintHatch(
  context: Pen,
  box: { left: number; top: number; width: number; height: number },
  colour: string,
  pitch: number,
): void {
  const { left, top, width, height } = box;
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.beginPath();
  // From a grid of the whole canvas, so that neighbours run on.
  for (let x = left - height - ((left - height) % pitch); x < left + width; x += pitch) {
    context.moveTo(x, top + height);
    context.lineTo(x + height, top);
  }
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.stroke();
  context.restore();
}
