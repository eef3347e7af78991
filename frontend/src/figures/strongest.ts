/** Below the text of a figure: the selected unit, the strongest units, and what they leave out. */

import { shortened } from "../draw/labels";
import type { Pen } from "../draw/pen";
import type { TokenTable } from "../payload/schema";
import { font } from "../text/fonts";
import { percent, share } from "../text/number";
import { readable } from "../text/tokens";
import { strongest, sumOf, wholeOf } from "../views/text/measures";
import { following } from "../views/text/passages";
import { nameOf, unitName } from "../views/text/patches";
import type { Part } from "./figure";
import { setLines } from "./setting";
import { CORNER, type TextLook, write } from "./textlook";

const LISTED = { most: 10, row: 24, columns: 2, between: 36, narrowest: 280 };
const CONTEXT = 40;
const MOST_ADDED = 6;
const RANK = 24;
const TRACK = 94;
const NUMBER = 42;

/** The selected unit, the strongest units with their numbers, and what these leave out. */
export function listPart(look: TextLook, queries: TokenTable, keys: TokenTable): Omit<Part, "y"> {
  const { given, focus, tinted, values, width } = look;
  const { state, strings, theme, measure } = given;
  const words = strings.textView;
  const by = unitName(tinted.table, state.by);
  const top = strongest(values, tinted.placed, LISTED.most);
  const column = focus.selected !== null && state.toward === "queries";
  const whole = wholeOf(values, [...tinted.placed, ...tinted.added], column);
  const kind = focus.selected === null ? "mean" : column ? "column" : "row";
  const from = words.from[state.over](state.layer, state.head);
  const carried = percent(sumOf(values, top) / whole);
  const notes = [top.length > 0 ? words.carry[kind](top.length, by, carried) : words.none];
  if (tinted.added.length > 0) {
    const outside = percent(sumOf(values, tinted.added) / whole);
    const named = strongest(values, tinted.added, MOST_ADDED).map(
      (unit) => `${nameOf(tinted.table, unit, words)} ${percent((values[unit] ?? 0) / whole)}`,
    );
    notes.push(`${words.added(outside, column ? "queries" : "keys", by)} ${named.join(", ")}`);
  }
  const small = font(11.5, strings.lang);
  const lines = notes.flatMap((note) =>
    setLines([{ text: note.replaceAll("**", ""), look: null }], width, (text) =>
      measure(text, small),
    ),
  );
  const columns = width >= LISTED.columns * LISTED.narrowest + LISTED.between ? LISTED.columns : 1;
  const rows = Math.ceil(top.length / columns);
  const [head, list] = [12, 12 + 30];
  const foot = list + 20 + rows * LISTED.row + 8;
  return {
    x: 0,
    width,
    height: foot + lines.length * 18,
    paint(pen) {
      pen.fillStyle = theme.hair2;
      pen.fillRect(0, 0, width, 1);
      paintSelected(pen, look, focus.from === "queries" ? queries : keys, from, head + 12);
      write(pen, words.strongest[by], 0, list + 10, font(12, strings.lang, true), theme.ink);
      const room = (width - LISTED.between * (columns - 1)) / columns;
      for (const [i, unit] of top.entries()) {
        const x = Math.floor(i / rows) * (room + LISTED.between);
        const y = list + 20 + ((i % rows) + 0.5) * LISTED.row;
        paintRow(pen, look, unit, i, values[top[0] as number] ?? 0, { x, y, room });
      }
      for (const [i, line] of lines.entries())
        for (const { text, left } of line)
          write(pen, text, left, foot + i * 18 + 9, small, theme.ink2);
    },
  };
}

function paintSelected(pen: Pen, look: TextLook, table: TokenTable, from: string, y: number): void {
  const { given, focus } = look;
  const { strings, theme, measure, state } = given;
  const words = strings.textView;
  const small = font(12, strings.lang);
  if (focus.selected === null) {
    write(pen, words.captionMean(from), 0, y, small, theme.ink3);
    return;
  }
  const own = font(14, table.lang, true);
  const said = ` ${words.selected[state.toward]} · ${from}`;
  const text = shortened(
    nameOf(table, focus.selected, words),
    look.width - measure(said, small) - 26,
    (label) => measure(label, own),
  );
  const width = measure(text, own) + 16;
  pen.beginPath();
  pen.roundRect(0, y - 12, width, 24, CORNER);
  pen.fillStyle = theme.ink;
  pen.fill();
  write(pen, text, 8, y, own, theme.paper);
  write(pen, said.trim(), width + 8, y, small, theme.ink3);
}

function paintRow(
  pen: Pen,
  { given, tinted, values, colour }: TextLook,
  unit: number,
  place: number,
  largest: number,
  { x, y, room }: { x: number; y: number; room: number },
): void {
  const { theme, measure, strings } = given;
  const { table } = tinted;
  const value = values[unit] ?? 0;
  const bold = font(13, table.lang, true);
  const light = font(12, table.lang);
  const space = room - RANK - TRACK - NUMBER - 16;
  write(pen, String(place + 1), x, y, font(11.5, strings.lang), theme.ink3);
  const word = shortened(nameOf(table, unit, strings.textView), space, (text) =>
    measure(text, bold),
  );
  write(pen, word, x + RANK, y, bold, theme.ink);
  const used = measure(word, bold) + 8;
  const behind = readable(following(table, unit, CONTEXT))
    .map(({ text }) => text)
    .join("");
  const context = shortened(behind, space - used, (text) => measure(text, light));
  if (context !== "…") write(pen, context, x + RANK + used, y, light, theme.ink3);
  pen.fillStyle = colour;
  const bar = x + room - NUMBER - TRACK - 8;
  pen.fillRect(bar, y - 4, Math.max(1, (TRACK * value) / Math.max(largest, 1e-12)), 8);
  pen.font = font(12, strings.lang);
  pen.fillStyle = theme.ink;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  pen.fillText(share(value), x + room, y);
}
