/** Layout with the text as a line above (queries) and below (keys), and bars hanging under the keys. */

import { type Label, type LabelFont, LINE } from "../../draw/labels";
import { font } from "../../text/fonts";
import { labelsOf, type Room, type Row, type Spot, textRuns, wordRuns } from "./layout";

export interface HorizontalLayout {
  direction: "horizontal";
  style: LabelFont;
  /** Width of the whole text; wider than the view where it scrolls. */
  length: number;
  width: number;
  height: number;
  queries: Row;
  keys: Row;
  /** Heights of the rules with the names of the texts; null for one text. */
  rules: { query: number; key: number } | null;
  queryMiddle: number;
  from: number;
  to: number;
  keyMiddle: number;
  bars: { top: number; height: number };
  /** Top of the list of the strongest keys; null where there is no room for it. */
  list: number | null;
}

const EDGE = 10;
/** Sizes tried from the largest on; the smallest scrolls where it is too long. */
const SIZES = { page: [16, 15, 14, 13], inline: [14, 13, 12] };
const GAP = { least: 2, most: 9 };
/** No label with its gap is narrower than this. */
const NARROWEST = 5;
/** Of the rule before and after a text's name. */
const NAME = 30;
const LIST = 64;
/** A label broader than this breaks into about so many lines. */
const PARAGRAPH = { width: 168, lines: 4, gap: 20 };
const BARS = { page: 40, inline: 22 };

export function horizontalLayout(room: Room): HorizontalLayout {
  const sizes = room.inline ? SIZES.inline : SIZES.page;
  const tokens = Math.max(room.queries.label.length, room.keys.label.length);
  const fits = (size: number): boolean =>
    // A long text scrolls in any case, and need not be measured in every size.
    tokens * NARROWEST <= room.width &&
    Math.max(least(room, room.queries, size), least(room, room.keys, size)) + 2 * EDGE <=
      room.width;
  const size = sizes.find(fits) ?? (sizes.at(-1) as number);
  const style: LabelFont = { size, lang: room.queries.lang };
  const queries = rowOf(room, room.queries, size);
  const keys = room.keys === room.queries ? queries : rowOf(room, room.keys, size);
  const heights = { queries: heightOf(queries, size), keys: heightOf(keys, size) };
  const paired = !room.inline && (queries.texts.length > 0 || keys.texts.length > 0);
  const ruleRoom = paired ? 22 : 0;
  const bars = room.bars ? (room.inline ? BARS.inline : BARS.page) : 0;
  const list = room.height >= 420 && !room.inline ? LIST : 0;
  const top = room.inline ? 2 : 10;

  const queryMiddle = top + ruleRoom + heights.queries / 2;
  const from = top + ruleRoom + heights.queries + 2;
  const below = heights.keys + 5 + bars + ruleRoom + list + 6;
  const to = Math.max(from + 80, room.height - below);
  const keyMiddle = to + 2 + heights.keys / 2;
  const barsTop = to + heights.keys + 5;
  return {
    direction: "horizontal",
    style,
    length: Math.max(endOf(queries), endOf(keys), room.width),
    width: room.width,
    height: Math.max(room.height, to + below),
    queries,
    keys,
    rules: paired ? { query: top + 8, key: barsTop + bars + 14 } : null,
    queryMiddle,
    from,
    to,
    keyMiddle,
    bars: { top: barsTop, height: bars },
    list: list > 0 ? barsTop + bars + ruleRoom + 12 : null,
  };
}

function least(room: Room, table: Room["queries"], size: number): number {
  const style: LabelFont = { size, lang: table.lang };
  const labels = labelsOf(table, style, room.measure, broadest(room, table, style));
  return labels.reduce((sum, label) => sum + label.width + GAP.least, 0);
}

function rowOf(room: Room, table: Room["queries"], size: number): Row {
  const style: LabelFont = { size, lang: table.lang };
  const labels = labelsOf(table, style, room.measure, broadest(room, table, style));
  const used = labels.reduce((sum, label) => sum + label.width, 0);
  const spare = (room.width - 2 * EDGE - used) / Math.max(1, labels.length);
  const broken = labels.some(({ lines }) => lines.length > 1);
  const gap = broken ? PARAGRAPH.gap : Math.max(GAP.least, Math.min(GAP.most, spare));
  const places = spots(labels, gap);
  return {
    table,
    labels,
    spots: places,
    words: wordRuns(table),
    texts: named(room, table, places),
  };
}

/** The texts of a pair by name, or the one text of cross-attention by what it is. */
function named(
  { sides, queries, measure }: Room,
  table: Room["queries"],
  places: readonly Spot[],
): Row["texts"] {
  const texts = textRuns(table);
  if (sides === null) return texts;
  const side = table === queries ? sides.queries : sides.keys;
  const [first, ...others] = texts;
  if (first === undefined) return [{ name: side, range: { first: 0, end: table.label.length } }];
  const name = `${side} · ${first.name}`;
  const end = places[first.range.end - 1]?.end ?? 0;
  const fits = EDGE + NAME + measure(name, font(11.5, "")) <= end;
  return fits ? [{ ...first, name }, ...others] : texts;
}

/** How broad a label may be: those of sentences become paragraphs of a few lines. */
function broadest(room: Room, table: Room["queries"], style: LabelFont): number {
  const whole = labelsOf(table, style, room.measure, Number.POSITIVE_INFINITY);
  return Math.max(
    PARAGRAPH.width,
    Math.max(0, ...whole.map(({ width }) => width)) / PARAGRAPH.lines,
  );
}

/** As high as the label with the most lines. */
function heightOf({ labels }: Row, size: number): number {
  const lines = labels.reduce((most, label) => Math.max(most, label.lines.length), 1);
  return Math.round(size * (1.7 + (lines - 1) * LINE));
}

function spots(labels: readonly Label[], gap: number): Spot[] {
  let place = EDGE;
  return labels.map((label) => {
    const start = place;
    place += label.width + gap;
    return { start, end: place, middle: (start + place) / 2 };
  });
}

function endOf(row: Row): number {
  return (row.spots.at(-1)?.end ?? 0) + EDGE;
}
