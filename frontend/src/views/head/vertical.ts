/** Layout with tokens one below the other: queries | lines | keys | one column of bars a head. */

import { type Label, type LabelFont, LINE } from "../../draw/labels";
import { font } from "../../text/fonts";
import { labelsOf, type Room, type Row, type Spot, textRuns, wordRuns } from "./layout";

export interface Columns {
  /** Where the axis of the first column stands, from one to the next, and from axis to full weight. */
  left: number;
  pitch: number;
  width: number;
}

export interface VerticalLayout {
  direction: "vertical";
  style: LabelFont;
  /** Height of the row of headings, which stays while tokens scroll under it. */
  heading: number;
  /** Height of all tokens, heading included. */
  length: number;
  width: number;
  row: number;
  queries: Row;
  keys: Row;
  /** Where the rules with the names of the texts stand; null for one text, and for keys of the same texts. */
  rules: { query: number | null; key: number | null };
  /** Right edge of the query labels, ends of the lines, left edge of the key labels. */
  queryRight: number;
  from: number;
  to: number;
  keyLeft: number;
  columns: Columns | null;
}

const HEADING = 30;
const FOOT = 8;
/** A text that scrolls anyway is not crammed: its rows are `scrolling` high. */
const ROW = { least: 14, scrolling: 17, most: 20 };
const LINES = { least: 150, good: 280, most: 320 };
const COLUMN = { least: 8, readable: 14, most: 52, gap: 9 };
/** All columns together, however few heads there are: shorter bars tell nothing. */
const COLUMNS_LEAST = 84;
/** Between a label and the lines, and between key labels and the first column. */
const GAP = 10;
/** Between labels of several lines. */
const PARAGRAPH = 6;
/** Wider than this, eyes lose the row on the way from query to bar. */
const WIDEST = 1040;
/** Below this width the bars become a table under the drawing. */
export const NARROW = 560;

export function verticalLayout(room: Room): VerticalLayout {
  const { queries, keys, measure } = room;
  const width = Math.min(room.width, WIDEST);
  const size = room.inline ? 12 : 13;
  const style: LabelFont = { size, lang: queries.lang };
  const keyStyle: LabelFont = { size, lang: keys.lang };
  const narrow = room.width < NARROW;
  const texts = { queries: room.inline ? [] : textRuns(queries), keys: textRuns(keys) };
  const named = (name: string): number => measure(name, font(11.5, ""));
  const names = Math.max(0, ...texts.queries.map(({ name }) => named(name)));
  const side = texts.queries.length === 0 ? 6 : Math.max(36, names + 22);
  // Keys of the same texts stand beside the queries, and need no names of their own.
  const keyTexts = room.inline || keys === queries ? [] : texts.keys;
  const keyNames = Math.max(0, ...keyTexts.map(({ name }) => named(name)));
  const keySide = keyTexts.length === 0 ? 0 : Math.max(28, keyNames + 14);

  // Labels may take 40 % of the view each, but lines and bars keep their least width.
  const bars = narrow
    ? 0
    : Math.max(
        Math.min(12, room.heads) * COLUMN.readable,
        room.heads * COLUMN.least,
        Math.min(COLUMNS_LEAST, room.heads * COLUMN.most),
      );
  const most = Math.min(0.4 * width, (width - side - keySide - 4 * GAP - LINES.least - bars) / 2);
  const queryLabels = labelsOf(queries, style, measure, most);
  const keyLabels = keys === queries ? queryLabels : labelsOf(keys, keyStyle, measure, most);
  const headings = room.sides ?? { queries: "", keys: "" };
  const queryWidth = widest(queryLabels, Math.max(40, named(headings.queries)));
  const keyWidth = widest(keyLabels, Math.max(40, named(headings.keys)));

  const rest = width - side - queryWidth - keyWidth - keySide - 4 * GAP;
  const columnsBest = narrow ? 0 : room.heads * COLUMN.most;
  let lines = Math.min(LINES.most, Math.max(LINES.good, rest - columnsBest));
  if (rest - lines < bars) lines = Math.max(LINES.least, rest - bars);
  if (narrow) lines = Math.max(60, rest);
  const pitch = Math.min(COLUMN.most, (rest - lines) / room.heads);

  const used = width - rest + lines + (narrow ? 0 : room.heads * pitch);
  const inset = room.centred ? Math.max(0, Math.floor((room.width - used) / 2)) : 0;
  const queryRight = inset + side + queryWidth;
  const from = queryRight + GAP;
  const to = from + lines;
  const keyLeft = to + GAP;
  const free = room.height - HEADING - FOOT;
  const even = Math.min(evenRow(queryLabels, free, size), evenRow(keyLabels, free, size));
  const row = even < ROW.least ? ROW.scrolling : Math.min(even, ROW.most);
  const querySpots = spots(queryLabels, row, size);
  const keySpots = spots(keyLabels, row, size);
  return {
    direction: "vertical",
    style,
    heading: HEADING,
    length: Math.max(querySpots.at(-1)?.end ?? 0, keySpots.at(-1)?.end ?? 0) + FOOT,
    width: room.width,
    row,
    queries: {
      table: queries,
      labels: queryLabels,
      spots: querySpots,
      words: wordRuns(queries),
      texts: texts.queries,
    },
    keys: {
      table: keys,
      labels: keyLabels,
      spots: keySpots,
      words: wordRuns(keys),
      texts: texts.keys,
    },
    rules: {
      query: texts.queries.length > 0 ? inset + Math.max(14, names / 2 + 2) : null,
      key: keyTexts.length > 0 ? keyLeft + keyWidth + keySide / 2 + GAP / 2 : null,
    },
    queryRight,
    from,
    to,
    keyLeft,
    columns:
      narrow || pitch < COLUMN.least
        ? null
        : {
            left: keyLeft + keyWidth + keySide + 2 * GAP,
            pitch,
            width: pitch - Math.min(COLUMN.gap, pitch * 0.25),
          },
  };
}

/** What a label takes beyond one row: its other lines, and a gap that tells it from the next label. */
function beyondRow({ lines }: Label, size: number): number {
  return lines.length === 1 ? 0 : (lines.length - 1) * LINE * size + PARAGRAPH;
}

/** How high each row can be if all labels are to share a height. */
function evenRow(labels: readonly Label[], height: number, size: number): number {
  const beyond = labels.reduce((sum, label) => sum + beyondRow(label, size), 0);
  return (height - beyond) / Math.max(1, labels.length);
}

function spots(labels: readonly Label[], row: number, size: number): Spot[] {
  let place = HEADING;
  return labels.map((label) => {
    const start = place;
    place += row + beyondRow(label, size);
    return { start, end: place, middle: (start + place) / 2 };
  });
}

function widest(labels: readonly Label[], least: number): number {
  return labels.reduce((most, label) => Math.max(most, label.width), least);
}
