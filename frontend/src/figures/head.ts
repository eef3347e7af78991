/** The head view as a figure: all tokens, the lines at rest or those of the pinned token, and bars. */

import { type LayerAttention, tablesOf } from "../attention/source";
import { collectLines, MOST_LINES, paintLines, type Range } from "../draw/lines";
import type { Pen } from "../draw/pen";
import { loadedLayer } from "../state/loaded";
import { font } from "../text/fonts";
import { count, share } from "../text/number";
import { focusOf, meanRows } from "../views/head/focus";
import {
  contentSize,
  directionOf,
  inView,
  type Layout,
  layOut,
  linePlaces,
} from "../views/head/geometry";
import type { Brush } from "../views/head/paint";
import { paintHorizontal } from "../views/head/painthorizontal";
import { paintVertical } from "../views/head/paintvertical";
import { ghostLook, restingLook } from "../views/head/rest";
import { type Fact, type Figure, FigureError, type Given } from "./figure";

const WIDTH = { vertical: 720, horizontal: 800 };
/** Rows share a height of one page as long as they can; the line of a text has room for its curves, and
 *  with a pinned token for the list of its strongest keys. */
const HEIGHT = { vertical: 900, horizontal: 360, pinned: 450 };

export function headFigure(given: Given): Figure {
  const { source, state, theme, strings, measure } = given;
  const { queries, keys } = tablesOf(source, state.kind);
  const attention = loadedLayer(source, state) as LayerAttention;
  const direction = directionOf(state, queries);
  const sides = state.kind === "cross" ? strings.textView.sides : null;
  const layout = layOut(direction, {
    queries,
    keys,
    width: given.width ?? WIDTH[direction],
    height: direction === "horizontal" && state.token !== null ? HEIGHT.pinned : HEIGHT[direction],
    heads: state.heads.length,
    inline: false,
    sides,
    centred: false,
    bars: direction === "vertical" || state.token !== null,
    measure,
  });
  const { scroll, size } = windowOf(given, layout, queries.label.length);
  const seen = inView(layout, scroll, size);
  const lines = collectLines(attention, state.heads, seen.queries, state.threshold);
  const focus = focusOf({ ...state, hover: null, hoverKey: null }, attention, lines, () =>
    meanRows(attention, state.heads, seen.queries),
  );
  const places = linePlaces(layout, state.heads);
  const { query } = focus;
  const own =
    query === null
      ? null
      : collectLines(attention, state.heads, { first: query, end: query + 1 }, state.threshold);

  const brush = (pen: Pen): Brush => ({
    context: pen,
    theme,
    measure,
    lang: strings.lang,
    words: {
      query: sides?.queries ?? strings.query,
      key: sides?.keys ?? strings.key,
      mean: strings.mean,
      strongest: query === null ? strings.figure.strongestMean : strings.strongest,
    },
    focus,
    found: { queries: new Set(), keys: new Set() },
    heads: state.heads,
  });

  function paintAllLines(pen: Pen): void {
    const look = own === null ? restingLook(theme) : ghostLook(theme);
    paintLines(pen, lines, places, look, (_, key) => within(seen.keys, key));
    if (own !== null) paintLines(pen, own, places, { theme, alpha: 1, width: null });
    if (lines.count === 0) {
      pen.font = font(11.5, strings.lang);
      pen.fillStyle = theme.ink3;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      const text = strings.empty(share(state.threshold), share(lines.largest));
      const middle = (layout.from + layout.to) / 2;
      const [x, y] =
        layout.direction === "vertical"
          ? [middle, scroll + size / 2]
          : [usedWidth(layout, state.heads.length) / 2, middle];
      pen.fillText(text, x, y);
    }
  }

  const vertical = layout.direction === "vertical";
  const whole = contentSize(layout);
  const [width, height] = vertical
    ? [usedWidth(layout, state.heads.length), size]
    : [size, whole.height];
  return {
    parts: [
      {
        x: 0,
        y: 0,
        width,
        height,
        paint(pen) {
          const top = vertical ? layout.heading - 4 : 0;
          pen.save();
          clip(pen, 0, 0, width, height);
          pen.save();
          clip(pen, 0, top, width, height - top);
          pen.translate(vertical ? 0 : -scroll, vertical ? -scroll : 0);
          paintAllLines(pen);
          pen.restore();
          if (layout.direction === "vertical") paintVertical(brush(pen), layout, scroll, height);
          // A view is as wide as its window, a figure as its text.
          else paintHorizontal(brush(pen), { ...layout, width }, scroll);
          pen.restore();
        },
      },
    ],
    facts: [
      ...facts(given, seen.queries, queries.label.length, lines.capped),
      ...(vertical ? [] : [strings.figure.sides]),
    ],
  };
}

function clip(pen: Pen, x: number, y: number, width: number, height: number): void {
  pen.beginPath();
  pen.rect(x, y, width, height);
  pen.clip();
}

function within(range: Range, index: number): boolean {
  return index >= range.first && index < range.end;
}

function facts(given: Given, seen: Range, tokens: number, capped: boolean): Fact[] {
  const { state, strings } = given;
  const words = strings.figure;
  const said: Fact[] = [{ heads: state.heads }, words.linesFrom(share(state.threshold))];
  if (capped) said.push(words.strongest(count(MOST_LINES)));
  if (seen.end - seen.first < tokens)
    said.push(words.part(count(seen.first), count(seen.end - 1), count(tokens)));
  return said;
}

/** What of the text is drawn: all of it, unless it is too long. */
function windowOf(given: Given, layout: Layout, tokens: number): { scroll: number; size: number } {
  const { state, view, longest, strings } = given;
  const along =
    layout.direction === "vertical"
      ? contentSize(layout).height
      : usedWidth(layout, state.heads.length);
  if (along <= longest) return { scroll: 0, size: along };
  const { spots } = layout.queries;
  const lead = layout.direction === "vertical" ? layout.heading : 0;
  if (view === null) {
    const fitting = spots.filter((spot) => spot.end <= longest).length;
    throw new FigureError(strings.figure.tooLong(count(tokens), count(fitting)));
  }
  const scroll = (spots[view.first]?.start ?? lead) - lead;
  const end = spots[view.end - 1]?.end ?? along;
  // It ends behind a token.
  const last = spots.findLast((spot) => spot.end <= scroll + longest)?.end ?? end;
  return { scroll, size: Math.min(longest, Math.min(end, last) - scroll) };
}

/** A figure ends where its drawing ends; a view fills its window. */
function usedWidth(layout: Layout, heads: number): number {
  if (layout.direction === "horizontal") {
    const ends = [layout.queries, layout.keys].map((row) => row.spots.at(-1)?.end ?? 0);
    return Math.ceil(Math.max(...ends, layout.list === null ? 0 : layout.width));
  }
  const { columns, keys, keyLeft } = layout;
  const labels = keys.labels.reduce((most, label) => Math.max(most, label.width), 0);
  const chips = columns === null ? 0 : columns.left + heads * columns.pitch;
  return Math.ceil(Math.max(keyLeft + labels, chips) + 6);
}
