/** One bar for every line of text, as long as the share of the attention on that line. */

import type { Theme } from "../../draw/colour";
import { fitCanvas } from "../../draw/surface";
import type { TextLayout } from "./lines";
import { strength } from "./measures";

const BAR = 7;

export interface GutterLook {
  theme: Theme;
  colour: string;
  layout: TextLayout;
  /** Sums by line; null while there is nothing to show. */
  sums: ArrayLike<number> | null;
  width: number;
  height: number;
  scroll: number;
}

export function paintGutter(canvas: HTMLCanvasElement, look: GutterLook): void {
  const { theme, layout, sums, width, height, scroll } = look;
  const { context: pen } = fitCanvas(canvas, width, height);
  // The text alone gives the column its height.
  canvas.style.marginBottom = `${-height}px`;
  const [first, last] = [layout.lines[0], layout.lines.at(-1)];
  if (first === undefined || last === undefined) return;
  const top = Math.max(0, first.top - 4 - scroll);
  pen.fillStyle = theme.hair2;
  pen.fillRect(width - 1, top, 1, Math.min(height, last.bottom + 4 - scroll) - top);
  if (sums === null) return;
  let most = 0;
  for (let line = 0; line < sums.length; line++) most = Math.max(most, sums[line] as number);
  if (most === 0) return;
  pen.fillStyle = look.colour;
  for (const [i, line] of layout.lines.entries()) {
    const sum = sums[i] as number;
    const middle = (line.top + line.bottom) / 2 - scroll;
    if (sum === 0 || middle < -BAR || middle > height + BAR) continue;
    const length = Math.max(1, (sum / most) * (width - 2));
    pen.globalAlpha = 0.4 + 0.5 * strength(sum, most);
    pen.fillRect(width - 1 - length, middle - BAR / 2, length, BAR);
  }
  pen.globalAlpha = 1;
}

/** The line at a height of the text, or null. */
export function lineAt(layout: TextLayout, y: number): number | null {
  const found = layout.lines.findIndex((line) => y >= line.top - 4 && y <= line.bottom + 4);
  return found < 0 ? null : found;
}
