/** What both directions of the head view draw alike. */

import { headColour, type Theme, textOn } from "../../draw/colour";
import type { Label, LabelLook, Measure } from "../../draw/labels";
import { paintLabel } from "../../draw/labels";
import type { Pen } from "../../draw/pen";
import { font } from "../../text/fonts";
import type { Focus } from "./focus";
import type { Row } from "./layout";

export interface Found {
  queries: ReadonlySet<number>;
  keys: ReadonlySet<number>;
}

/** All that a drawing needs beside its layout. */
export interface Brush {
  context: Pen;
  theme: Theme;
  measure: Measure;
  lang: string;
  words: { query: string; key: string; mean: string; strongest: string };
  focus: Focus;
  found: Found;
  heads: readonly number[];
}

export function queryLook(brush: Brush, row: Row, index: number): LabelLook {
  const { focus, found } = brush;
  const dim = focus.queries !== null && !focus.queries.has(index);
  const outline =
    focus.hover === index && focus.pinned !== index
      ? "hover"
      : found.queries.has(index)
        ? "found"
        : "none";
  const state = focus.pinned === index ? "pinned" : dim ? "dim" : "plain";
  return look(brush, row, state, outline);
}

export function keyLook(brush: Brush, row: Row, index: number): LabelLook {
  const { focus, found } = brush;
  const dim = focus.keys !== null && !focus.keys.has(index) && focus.hoverKey !== index;
  const outline = focus.hoverKey === index ? "hover" : found.keys.has(index) ? "found" : "none";
  return look(brush, row, dim ? "dim" : "plain", outline);
}

function look(
  { theme, measure }: Brush,
  row: Row,
  state: LabelLook["state"],
  outline: LabelLook["outline"],
): LabelLook {
  const style = { size: 0, lang: row.table.lang };
  return { theme, measure, style, align: "left", state, outline };
}

export interface Place {
  x: number;
  y: number;
  align: LabelLook["align"];
  size: number;
  plate: number;
}

export function paintToken(brush: Brush, label: Label, at: Place, appearance: LabelLook): void {
  paintLabel(brush.context, label, at.x, at.y, {
    ...appearance,
    align: at.align,
    plate: at.plate,
    style: { size: at.size, lang: appearance.style.lang },
  });
}

export function line(
  context: Pen,
  colour: string,
  from: [number, number],
  to: [number, number],
): void {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.lineWidth = 1;
  context.strokeStyle = colour;
  context.stroke();
}

export function note(
  brush: Brush,
  text: string,
  x: number,
  y: number,
  align: CanvasTextAlign,
  options: { size?: number; colour?: string; bold?: boolean } = {},
): void {
  const { context } = brush;
  context.font = font(options.size ?? 11.5, brush.lang, options.bold ?? false);
  context.fillStyle = options.colour ?? brush.theme.ink3;
  context.textAlign = align;
  context.textBaseline = "middle";
  context.fillText(text, x, y);
}

/** A head's number on its colour. */
export function chip(brush: Brush, head: number, x: number, y: number, size: number): void {
  const { context, theme } = brush;
  const colour = headColour(theme, head);
  context.beginPath();
  context.roundRect(x, y - size / 2, size, size, 4);
  context.fillStyle = colour;
  context.fill();
  note(brush, String(head), x + size / 2, y + 0.5, "center", {
    size: 10.5,
    bold: true,
    colour: textOn(colour, theme.dark),
  });
}
