/** Where the text stands once the browser has set it: its lines, and the part of each unit on them. */

import type { Article } from "./article";
import type { Part } from "./measures";

export interface Line {
  side: Article["side"];
  top: number;
  bottom: number;
}

/** A part of a run in coordinates of the whole text, from its upper left corner. */
export interface PlacedPart extends Part {
  left: number;
  right: number;
}

/** The image, as the minimap shows it. */
export interface PlacedFigure {
  article: Article;
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface TextLayout {
  lines: Line[];
  parts: PlacedPart[];
  figures: PlacedFigure[];
  width: number;
  height: number;
}

export const NO_LAYOUT: TextLayout = { lines: [], parts: [], figures: [], width: 1, height: 1 };

/** Reads all places at once, so that the browser lays the text out once. */
export function measureText(articles: readonly Article[], column: HTMLElement): TextLayout {
  const origin = column.getBoundingClientRect();
  const layout: TextLayout = {
    lines: [],
    parts: [],
    figures: [],
    width: Math.max(1, origin.width),
    height: Math.max(1, column.scrollHeight),
  };
  for (const article of articles) measureArticle(article, origin, layout);
  return layout;
}

function measureArticle(article: Article, origin: DOMRect, layout: TextLayout): void {
  const widths = new Map<number, number>();
  const own: PlacedPart[] = [];
  let line: Line | null = null;
  for (const { units, span } of article.pieces) {
    for (const box of span.getClientRects()) {
      if (box.width === 0) continue;
      const [top, bottom] = [box.top - origin.top, box.bottom - origin.top];
      if (line === null || (top + bottom) / 2 > line.bottom || bottom < line.top) {
        line = { side: article.side, top, bottom };
        layout.lines.push(line);
      }
      const first = units[0] as number;
      widths.set(first, (widths.get(first) ?? 0) + box.width);
      own.push({
        line: layout.lines.length - 1,
        units,
        share: box.width,
        left: box.left - origin.left,
        right: box.right - origin.left,
      });
    }
  }
  for (const part of own) part.share /= widths.get(part.units[0] as number) ?? 1;
  layout.parts.push(...own);
  if (article.figure !== null) {
    const box = article.figure.element.getBoundingClientRect();
    const [left, top] = [box.left - origin.left, box.top - origin.top];
    layout.figures.push({ article, left, top, width: box.width, height: box.height });
  }
}

/** The part on the next line (or the one before) that is nearest to a unit; null at the ends. */
export function nextLine(
  layout: TextLayout,
  side: Line["side"],
  unit: number,
  step: 1 | -1,
): number | null {
  const own = (part: PlacedPart): boolean => layout.lines[part.line]?.side === side;
  const of = layout.parts.filter(own);
  const from = of.find((part) => part.units.includes(unit));
  if (from === undefined) return null;
  const line = from.line + step;
  const middle = (from.left + from.right) / 2;
  let best: PlacedPart | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const part of of) {
    if (part.line !== line || part.units.includes(unit)) continue;
    const distance = Math.max(0, part.left - middle, middle - part.right);
    if (distance < least) {
      least = distance;
      best = part;
    }
  }
  return best?.units[0] ?? null;
}
