/** The colours of the weights with their numbers: without them a map says more or less, not how much. */

import type { Theme } from "../draw/colour";
import { fitCanvas } from "../draw/surface";
import { font } from "../text/fonts";
import { el } from "./dom";

/** Written under the ramp, at the square root of each: the step from .1 to .5 is as wide as it looks. */
const TICKS = [
  [0, "0"],
  [0.1, ".1"],
  [0.5, ".5"],
  [1, "1"],
] as const;
const RAMP = { width: 120, height: 8 };
const EDGE = 5;

/** Where a weight lies on a ramp so wide. */
export function placeOnScale(weight: number, width: number): number {
  return Math.sqrt(weight) * width;
}

export interface Scale {
  element: HTMLElement;
  update(theme: Theme): void;
}

export function createScale(name: string): Scale {
  const canvas = el("canvas", { class: "scale", role: "img", "aria-label": name, title: name });
  return {
    element: canvas,
    update(theme) {
      const { context } = fitCanvas(canvas, RAMP.width + 2 * EDGE, 22);
      const image = context.createLinearGradient(EDGE, 0, EDGE + RAMP.width, 0);
      const last = theme.weights.length - 1;
      for (const [i, colour] of theme.weights.entries()) image.addColorStop(i / last, colour);
      context.fillStyle = image;
      context.fillRect(EDGE, 0, RAMP.width, RAMP.height);
      context.strokeStyle = theme.hair2;
      context.lineWidth = 1;
      context.strokeRect(EDGE + 0.5, 0.5, RAMP.width - 1, RAMP.height - 1);
      context.font = font(10.5, null);
      context.textAlign = "center";
      context.textBaseline = "alphabetic";
      for (const [weight, text] of TICKS) {
        const x = EDGE + placeOnScale(weight, RAMP.width);
        context.fillStyle = theme.hair2;
        context.fillRect(Math.min(x, EDGE + RAMP.width - 1), RAMP.height, 1, 2);
        context.fillStyle = theme.ink3;
        context.fillText(text, x, 20);
      }
    },
  };
}
