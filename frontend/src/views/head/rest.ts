/**
 * The lines as they lie when nothing is selected, and as a ghost behind a selection.
 *
 * Thousands of curves take tens of milliseconds, a copied picture takes one: both are drawn once into
 * canvases of their own, so that following the pointer costs only the lines of one token.
 */

import type { Theme } from "../../draw/colour";
import {
  type LineLook,
  type LinePlaces,
  type Lines,
  paintLines,
  type Range,
} from "../../draw/lines";
import { fitCanvas } from "../../draw/surface";

const RESTING = 0.78;
const GHOST = { light: 0.1, dark: 0.17, width: 0.75 };
/** Lines that leave the view tell little, and many of them would hide those that do not. */
const LEAVING = 0.1;

/** How lines look while nothing is selected, and behind a selection. */
export function restingLook(theme: Theme): LineLook {
  return { theme, alpha: RESTING, width: null };
}

export function ghostLook(theme: Theme): LineLook {
  return { theme, alpha: theme.dark ? GHOST.dark : GHOST.light, width: GHOST.width };
}

/** After so long without a change the ghost is drawn ahead, so that the first hover need not wait. */
const IDLE = 120;

export interface Pictures {
  /** Forgets what was drawn and says how it would be drawn now. */
  reset(sketch: Sketch): void;
  rest(): HTMLCanvasElement;
  ghost(): HTMLCanvasElement;
  destroy(): void;
}

export interface Sketch {
  lines: Lines;
  /** The keys in view. */
  keys: Range;
  places: LinePlaces;
  theme: Theme;
  width: number;
  height: number;
  /** Moves the content to what is in view. */
  shift: { x: number; y: number };
}

export function createPictures(): Pictures {
  const rest = document.createElement("canvas");
  const ghost = document.createElement("canvas");
  let sketch: Sketch | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stale = { rest: true, ghost: true };

  function draw(canvas: HTMLCanvasElement, lookIn: (theme: Theme) => LineLook): void {
    if (sketch === null) return;
    const { context } = fitCanvas(canvas, sketch.width, sketch.height);
    context.translate(sketch.shift.x, sketch.shift.y);
    const { lines, keys, places } = sketch;
    const look = lookIn(sketch.theme);
    const stays = (key: number): boolean => key >= keys.first && key < keys.end;
    const leaving = { ...look, alpha: look.alpha * LEAVING };
    paintLines(context, lines, places, leaving, (_, key) => !stays(key));
    paintLines(context, lines, places, look, (_, key) => stays(key));
  }

  const pictures: Pictures = {
    reset(next) {
      sketch = next;
      stale.rest = true;
      stale.ghost = true;
      clearTimeout(timer);
      timer = setTimeout(pictures.ghost, IDLE);
    },
    rest() {
      if (stale.rest) draw(rest, restingLook);
      stale.rest = false;
      return rest;
    },
    ghost() {
      if (stale.ghost) draw(ghost, ghostLook);
      stale.ghost = false;
      return ghost;
    },
    destroy: () => clearTimeout(timer),
  };
  return pictures;
}
