/** Draws the horizontal head view, all but its lines. The canvas shows the content from `scroll` on. */

import { headColour } from "../../draw/colour";
import { paintHatch } from "../../draw/hatch";
import { shortLabel } from "../../draw/labels";
import { share } from "../../text/number";
import { strongestKeys } from "./focus";
import type { HorizontalLayout } from "./horizontal";
import { between, type Row } from "./layout";
import { type Brush, chip, keyLook, line, note, paintToken, queryLook } from "./paint";

/** Height of the hatching for weights that are not there. */
const ABSENT = 5;

export function paintHorizontal(brush: Brush, layout: HorizontalLayout, scroll: number): void {
  const { context } = brush;
  context.save();
  context.translate(-scroll, 0);
  const view: [number, number] = [scroll, scroll + layout.width];
  if (layout.rules !== null) {
    paintTexts(brush, layout.queries, layout.rules.query);
    paintTexts(brush, layout.keys, layout.rules.key);
  }
  if (brush.focus.query !== null) paintBars(brush, layout, view);
  paintRow(brush, layout, layout.queries, true, view);
  paintRow(brush, layout, layout.keys, false, view);
  context.restore();
  if (layout.list !== null) paintList(brush, layout, layout.list);
}

function paintRow(
  brush: Brush,
  layout: HorizontalLayout,
  row: Row,
  isQuery: boolean,
  view: [number, number],
): void {
  const { context, theme } = brush;
  const visible = between(row.spots, ...view);
  const joint = Math.round(isQuery ? layout.from - 3 : layout.to + 3) + 0.5;
  for (const { first, end } of row.words) {
    if (end <= visible.first || first >= visible.end) continue;
    const left = (row.spots[first]?.start ?? 0) + 1;
    const right = (row.spots[end - 1]?.end ?? 0) - 3;
    line(context, theme.ink4, [left, joint], [right, joint]);
  }
  const y = isQuery ? layout.queryMiddle : layout.keyMiddle;
  for (let i = visible.first; i < visible.end; i++) {
    const spot = row.spots[i];
    const label = row.labels[i];
    if (spot === undefined || label === undefined) continue;
    const look = isQuery ? queryLook(brush, row, i) : keyLook(brush, row, i);
    const at = { x: spot.middle, y, align: "center" as const, size: layout.style.size, plate: 2 };
    paintToken(brush, label, at, look);
  }
}

function paintTexts(brush: Brush, row: Row, y: number): void {
  const { context, theme } = brush;
  const rule = Math.round(y) + 0.5;
  for (const { name, range } of row.texts) {
    const left = row.spots[range.first]?.start ?? 0;
    const right = (row.spots[range.end - 1]?.end ?? 0) - 4;
    line(context, theme.hair2, [left, rule], [left + 8, rule]);
    note(brush, name, left + 15, rule, "left", { colour: theme.ink2 });
    const end = left + 22 + context.measureText(name).width;
    if (end < right) line(context, theme.hair2, [end, rule], [right, rule]);
  }
}

function paintBars(brush: Brush, layout: HorizontalLayout, view: [number, number]): void {
  const { context, theme, heads, focus } = brush;
  const { spots } = layout.keys;
  const visible = between(spots, ...view);
  const { top, height } = layout.bars;
  const axis = Math.round(top) + 0.5;
  for (let key = visible.first; key < visible.end; key++) {
    const spot = spots[key];
    if (spot === undefined) continue;
    const room = Math.max(6, spot.end - spot.start - 4);
    const pitch = Math.min(5, room / Math.max(1, heads.length));
    const left = spot.middle - (pitch * heads.length) / 2;
    line(context, theme.hair2, [spot.start + 1, axis], [spot.end - 2, axis]);
    if (focus.lacks !== null && heads.every((_, slot) => focus.lacks?.(slot, key))) {
      const box = {
        left: spot.start + 1,
        top: axis + 1,
        width: spot.end - spot.start - 3,
        height: ABSENT,
      };
      paintHatch(context, box, theme.hair2, 4);
    }
    for (const [slot, head] of heads.entries()) {
      const weight = focus.rows[slot]?.[key] ?? 0;
      if (weight < 0.0005) continue;
      context.fillStyle = headColour(theme, head);
      const length = Math.max(1, weight * height);
      context.fillRect(left + slot * pitch, axis, Math.max(1, pitch - (pitch > 3 ? 1 : 0)), length);
    }
  }
}

/** The five strongest keys with their numbers, below the text. */
function paintList(brush: Brush, layout: HorizontalLayout, top: number): void {
  const { theme, heads, focus, words } = brush;
  const width = Math.min(150, (layout.width - 20) / 5);
  note(brush, words.strongest, 10, top, "left");
  for (const [place, strong] of strongestKeys(focus.rows, 5).entries()) {
    const x = 10 + place * width;
    const label = layout.keys.labels[strong.key];
    if (label === undefined) continue;
    const at = { x, y: top + 20, align: "left" as const, size: 13, plate: 5 };
    const look = keyLook(brush, layout.keys, strong.key);
    const style = { size: at.size, lang: look.style.lang };
    // The whole label stands among the keys; here it would run into the next one.
    paintToken(brush, shortLabel(label.token, style, brush.measure, width - 16), at, look);
    chip(brush, heads[strong.slot] as number, x, top + 40, 15);
    note(brush, share(strong.weight), x + 20, top + 40, "left", { colour: theme.ink });
    const mean = x + 30 + brush.context.measureText(share(strong.weight)).width;
    note(brush, `${words.mean} ${share(strong.mean)}`, mean, top + 40, "left");
  }
}
