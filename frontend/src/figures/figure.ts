/** What a figure is made from, and what it is made of. */

import type { TraceSource } from "../attention/source";
import type { Theme } from "../draw/colour";
import type { Measure } from "../draw/labels";
import type { Pen } from "../draw/pen";
import type { State } from "../state/state";
import type { Strings } from "../text/strings";

/** A figure cannot be drawn for a reason that the person can do something about. */
export class FigureError extends Error {}

/** Longer figures are neither looked at nor painted: browsers end a picture at 16,384 pixels. */
export const LONGEST = 16_000;

export interface Given {
  /** With the layer, and for the model view the overview, loaded. */
  source: TraceSource;
  state: State;
  theme: Theme;
  strings: Strings;
  measure: Measure;
  /** In CSS pixels; null for what suits the view. A figure may come out narrower, or, where a text
   *  runs as one line, wider. */
  width: number | null;
  /** Model view: also one head enlarged. */
  enlarged: boolean;
  /** The tokens to show of a text too long for one figure; null where there is nobody who looks. */
  view: { first: number; end: number } | null;
  /** How long the text may run, in CSS pixels; `LONGEST` at most. */
  longest: number;
}

/** A rectangle of the figure, drawn as a canvas of its own. */
export interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
  paint(pen: Pen): void;
}

/** What the caption says: words, and heads as chips. */
export type Fact = string | { heads: readonly number[] };

export interface Figure {
  parts: Part[];
  facts: Fact[];
  /** It is of all layers, and the caption names none. */
  everyLayer?: boolean;
}

export function sizeOf(parts: readonly Part[]): { width: number; height: number } {
  return {
    width: Math.max(0, ...parts.map(({ x, width }) => x + width)),
    height: Math.max(0, ...parts.map(({ y, height }) => y + height)),
  };
}

export function moved(parts: readonly Part[], x: number, y: number): Part[] {
  return parts.map((part) => ({ ...part, x: part.x + x, y: part.y + y }));
}
