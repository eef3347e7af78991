/** Draws the vertical head view, all but its lines. The canvas shows the content from `scroll` on. */

import { headColour } from "../../draw/colour";
import { paintHatch } from "../../draw/hatch";
import { type Label, shortened } from "../../draw/labels";
import type { Range } from "../../draw/lines";
import { font } from "../../text/fonts";
import { share } from "../../text/number";
import { strongestKeys } from "./focus";
import { between, type Row, runs } from "./layout";
import { type Brush, chip, keyLook, line, note, paintToken, queryLook } from "./paint";
import type { Columns, VerticalLayout } from "./vertical";

const CHIP = 18;
/** Width of the hatching for weights that are not there. */
const ABSENT = 5;
/** Of so many strongest keys those out of view are named, if they have at least this weight. */
const BEYOND = 3;
const CLEAR = 0.05;
/** Weaker weights, or means of them, would litter the columns with marks one pixel wide; the tooltip
 *  tells them. */
const FAINTEST = { weight: 0.005, mean: 0.02 };

export function paintVertical(
  brush: Brush,
  layout: VerticalLayout,
  scroll: number,
  height: number,
): void {
  const { context } = brush;
  context.save();
  context.beginPath();
  context.rect(0, layout.heading - 6, layout.width, height);
  context.clip();
  context.translate(0, -scroll);
  const view: [number, number] = [scroll + layout.heading - 6, scroll + height];
  const { query, key } = layout.rules;
  if (query !== null) paintTexts(brush, layout.queries, query, layout.row);
  if (key !== null) paintTexts(brush, layout.keys, key, layout.row);
  if (layout.columns !== null) paintBars(brush, layout, layout.columns, view);
  paintRow(brush, layout, layout.queries, true, view);
  paintRow(brush, layout, layout.keys, false, view);
  context.restore();
  if (brush.focus.query !== null) paintBeyond(brush, layout, scroll, height);
  paintHeading(brush, layout);
}

function paintRow(
  brush: Brush,
  layout: VerticalLayout,
  row: Row,
  isQuery: boolean,
  view: [number, number],
): void {
  const { context, theme } = brush;
  const x = isQuery ? layout.queryRight : layout.keyLeft;
  const joint = Math.round(isQuery ? x + 5 : x - 5) + 0.5;
  const visible = between(row.spots, ...view);
  for (const { first, end } of row.words) {
    if (end <= visible.first || first >= visible.end) continue;
    const top = (row.spots[first]?.start ?? 0) + 3;
    const bottom = (row.spots[end - 1]?.end ?? 0) - 3;
    line(context, theme.hair2, [joint, top], [joint, bottom]);
  }
  for (let i = visible.first; i < visible.end; i++) {
    const spot = row.spots[i];
    const label = row.labels[i];
    if (spot === undefined || label === undefined) continue;
    const look = isQuery ? queryLook(brush, row, i) : keyLook(brush, row, i);
    const align = isQuery ? "right" : "left";
    paintToken(brush, label, { x, y: spot.middle, align, size: layout.style.size, plate: 5 }, look);
  }
}

/** The names of the texts on a rule at the outer edge of their labels. */
function paintTexts(brush: Brush, row: Row, x: number, pitch: number): void {
  const { context, theme } = brush;
  const rule = Math.round(x) + 0.5;
  for (const { name, range } of row.texts) {
    const top = row.spots[range.first];
    const bottom = row.spots[range.end - 1];
    if (top === undefined || bottom === undefined) continue;
    note(brush, name, rule, top.start + pitch / 2, "center", { colour: theme.ink2 });
    line(context, theme.hair2, [rule, top.start + pitch + 2], [rule, bottom.end - 4]);
  }
}

function paintBars(
  brush: Brush,
  layout: VerticalLayout,
  columns: Columns,
  view: [number, number],
): void {
  const { context, theme, heads, focus } = brush;
  const { spots } = layout.keys;
  const visible = between(spots, ...view);
  const [top, bottom] = [layout.heading - 4, layout.length - 4];
  const faintest = focus.query === null ? FAINTEST.mean : FAINTEST.weight;
  const thickness = Math.max(6, Math.min(10, layout.row - 7));
  for (const [slot, head] of heads.entries()) {
    const axis = Math.round(columns.left + slot * columns.pitch) + 0.5;
    line(context, theme.hair, [axis + columns.width, top], [axis + columns.width, bottom]);
    line(context, theme.hair2, [axis, top], [axis, bottom]);
    const row = focus.rows[slot];
    if (row === undefined) continue;
    if (focus.lacks !== null) paintAbsent(brush, layout, slot, axis, visible);
    context.fillStyle = headColour(theme, head);
    // Means stand back: they are a summary, not what one token does.
    context.globalAlpha = focus.query === null ? 0.55 : 1;
    for (let key = visible.first; key < visible.end; key++) {
      const weight = row[key] ?? 0;
      if (weight < faintest) continue;
      const middle = spots[key]?.middle ?? 0;
      context.fillRect(
        axis,
        middle - thickness / 2,
        Math.max(1, weight * columns.width),
        thickness,
      );
    }
    context.globalAlpha = 1;
  }
}

/** Hatches the foot of a column beside the keys whose weights the file does not hold. */
function paintAbsent(
  { context, theme, focus }: Brush,
  { keys }: VerticalLayout,
  slot: number,
  axis: number,
  visible: Range,
): void {
  for (const { first, end } of runs(visible, (key) => focus.lacks?.(slot, key) ?? false)) {
    const top = (keys.spots[first]?.start ?? 0) + 2;
    const bottom = (keys.spots[end - 1]?.end ?? 0) - 2;
    const box = { left: axis + 1, top, width: ABSENT, height: bottom - top };
    paintHatch(context, box, theme.hair2, 4);
  }
}

/** The strongest keys that are out of view, at the edge behind which they stand. */
function paintBeyond(brush: Brush, layout: VerticalLayout, scroll: number, height: number): void {
  const { context, theme, heads, focus } = brush;
  const right = layout.columns === null ? layout.width : layout.columns.left - 4;
  const edges = { above: [] as string[], below: [] as string[] };
  const chips = { above: [] as number[], below: [] as number[] };
  for (const { key, slot, weight } of strongestKeys(focus.rows, BEYOND)) {
    const spot = layout.keys.spots[key];
    if (spot === undefined || weight < CLEAR) continue;
    const edge =
      spot.end <= scroll + layout.heading
        ? "above"
        : spot.start >= scroll + height
          ? "below"
          : null;
    if (edge === null) continue;
    const [arrow, number] = [edge === "above" ? "↑" : "↓", share(weight)];
    const { text } = (layout.keys.labels[key] as Label).token;
    const widthOf = (part: string): number =>
      brush.measure(`${arrow} ${part}  ${number}`, font(11.5, brush.lang));
    edges[edge].push(
      `${arrow} ${shortened(text, right - layout.keyLeft - 23, widthOf)}  ${number}`,
    );
    chips[edge].push(heads[slot] as number);
  }
  for (const edge of ["above", "below"] as const) {
    const rows = edges[edge];
    const top = edge === "above" ? layout.heading - 6 : height - rows.length * CHIP - 6;
    if (rows.length === 0) continue;
    context.fillStyle = theme.paper;
    context.fillRect(layout.keyLeft - 6, top, right - layout.keyLeft + 6, rows.length * CHIP + 6);
    for (const [i, text] of rows.entries()) {
      const y = top + 3 + (i + 0.5) * CHIP;
      chip(brush, chips[edge][i] as number, layout.keyLeft, y, 14);
      note(brush, text, layout.keyLeft + 19, y, "left", { colour: theme.ink });
    }
  }
}

function paintHeading(brush: Brush, layout: VerticalLayout): void {
  const { heads, words, focus } = brush;
  const y = 12;
  note(brush, words.query, layout.queryRight, y, "right");
  note(brush, words.key, layout.keyLeft, y, "left");
  const used = brush.context.measureText(words.key).width;
  const { columns } = layout;
  if (columns === null) return;
  const size = Math.min(CHIP, columns.pitch - 2);
  const needed = used + 18 + brush.context.measureText(words.mean).width;
  if (focus.query === null && columns.left - layout.keyLeft >= needed) {
    note(brush, words.mean, columns.left - 6, y, "right");
  }
  for (const [slot, head] of heads.entries()) {
    const x = Math.round(columns.left + slot * columns.pitch);
    // Where a chip has no room for its number, every second one is enough to count by.
    if (size >= 13) chip(brush, head, x, y, size);
    else if (slot % 2 === 0) note(brush, String(head), x, y, "left", { size: 10.5 });
  }
}
