/** The two layouts seen alike: along the text, across it, and where lines run. */

import { originOf } from "../../attention/units";
import { LINE } from "../../draw/labels";
import { headOffset, type LinePlaces, type Range } from "../../draw/lines";
import type { TokenTable } from "../../payload/schema";
import type { State } from "../../state/state";
import { mostlyCjk } from "../../text/tokens";
import { type HorizontalLayout, horizontalLayout } from "./horizontal";
import { between, type Room, spotAt } from "./layout";
import { type VerticalLayout, verticalLayout } from "./vertical";

export type Layout = VerticalLayout | HorizontalLayout;

export function layOut(direction: Layout["direction"], room: Room): Layout {
  return direction === "vertical" ? verticalLayout(room) : horizontalLayout(room);
}

/** The direction the state asks for, or the one that suits the script of the whole text. */
export function directionOf(state: State, table: TokenTable): Layout["direction"] {
  return state.orientation ?? (mostlyCjk(originOf(table).table) ? "horizontal" : "vertical");
}

/** How large the content is, of which a part is in view. */
export function contentSize(layout: Layout): { width: number; height: number } {
  return layout.direction === "vertical"
    ? { width: layout.width, height: layout.length }
    : { width: layout.length, height: layout.height };
}

/** Which queries and which keys are in view. */
export function inView(
  layout: Layout,
  scroll: number,
  size: number,
): { queries: Range; keys: Range } {
  const lead = layout.direction === "vertical" ? layout.heading : 0;
  const [from, to] = [scroll + lead, scroll + size];
  return {
    queries: between(layout.queries.spots, from, to),
    keys: between(layout.keys.spots, from, to),
  };
}

export function linePlaces(layout: Layout, heads: readonly number[]): LinePlaces {
  const query = layout.queries.spots;
  const key = layout.keys.spots;
  const slots = new Map(heads.map((head, slot) => [head, slot]));
  const pitch = layout.direction === "vertical" ? layout.row : layout.style.size * 1.4;
  return {
    sideways: layout.direction === "vertical",
    from: layout.from,
    to: layout.to,
    query: (index) => query[index]?.middle ?? 0,
    key: (index) => key[index]?.middle ?? 0,
    offset: (head) => headOffset(slots.get(head) ?? 0, heads.length, pitch),
  };
}

export interface Hit {
  query: number | null;
  key: number | null;
}

/** What lies under a place of the content: a query, a key, or neither. */
export function hit(layout: Layout, x: number, y: number): Hit {
  const along = layout.direction === "vertical" ? y : x;
  const across = layout.direction === "vertical" ? x : y;
  if (across < layout.from) return { query: spotAt(layout.queries.spots, along), key: null };
  if (across > layout.to) return { query: null, key: spotAt(layout.keys.spots, along) };
  return { query: null, key: null };
}

/** The rectangle of a query's or key's label, in the content. */
export function labelBox(
  layout: Layout,
  of: "query" | "key",
  index: number,
): { x: number; y: number; width: number; height: number } {
  const row = of === "query" ? layout.queries : layout.keys;
  const spot = row.spots[index];
  const label = row.labels[index];
  if (spot === undefined || label === undefined) return { x: 0, y: 0, width: 0, height: 0 };
  const length = spot.end - spot.start;
  if (layout.direction === "vertical") {
    const x = of === "query" ? layout.queryRight - label.width : layout.keyLeft;
    return { x, y: spot.start, width: label.width, height: length };
  }
  const middle = of === "query" ? layout.queryMiddle : layout.keyMiddle;
  const height = 24 + (label.lines.length - 1) * LINE * layout.style.size;
  return { x: spot.start, y: middle - height / 2, width: length, height };
}

/** Where to scroll to so that a query is in view; the same place where it is. */
export function revealed(layout: Layout, query: number, scroll: number, size: number): number {
  const spot = layout.queries.spots[query];
  if (spot === undefined) return scroll;
  const lead = layout.direction === "vertical" ? layout.heading : 0;
  if (spot.start - lead >= scroll && spot.end <= scroll + size) return scroll;
  return Math.max(0, spot.middle - (size + lead) / 2);
}

/** Where to scroll to so that a query is the first in view. */
export function startOf(layout: Layout, query: number): number {
  const lead = layout.direction === "vertical" ? layout.heading : 0;
  return Math.max(0, (layout.queries.spots[query]?.start ?? 0) - lead);
}

/** A sheet of A4 or Letter, less what stands above and below the drawing. */
const SHEET = 1040;
const LINE_OF_TEXT = 460;

/** How high the drawing is on paper: as high as its rows, one sheet at most. */
export function paperHeight(direction: Layout["direction"], rows: number): number {
  return direction === "horizontal" ? LINE_OF_TEXT : Math.min(SHEET, 48 + 20 * rows);
}
