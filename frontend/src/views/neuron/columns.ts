/** From the sum to the weight: one column a step, a bar and a number in each row. */

import { css, headColour, ramp } from "../../draw/colour";
import type { Pen } from "../../draw/pen";
import { font } from "../../text/fonts";
import { fixed, share } from "../../text/number";
import { scaleName, stepRange } from "./anatomy";
import { rule } from "./blocks";
import { type Column, type ColumnName, HEADER } from "./layout";
import { masked, type Scene } from "./scene";

function values(scene: Scene, name: ColumnName): Float32Array {
  const { dot, scaled, capped, bias, weight } = scene.anatomy.steps;
  return { sum: dot, scaled, capped, bias, weight }[name];
}

/** The longest heading of a column that fits, from full to short. */
function headings(scene: Scene, name: ColumnName): string[] {
  const { heading } = scene.words;
  const { scale, dHead, softcap } = scene.layer;
  switch (name) {
    case "sum":
      return [`Σ   ${heading.sum}`, "Σ"];
    case "scaled":
      return [scaleName(scale, dHead)];
    case "capped":
      return [`softcap ${softcap}`, "softcap"];
    case "bias":
      return [`+ ${heading.bias}`, "+"];
    case "weight":
      return [`softmax   ${heading.softmax}`, "softmax"];
  }
}

export function paintHeadings(context: Pen, scene: Scene): void {
  const bold = font(12, scene.lang, true);
  for (const column of scene.layout.columns) {
    const names = headings(scene, column.name);
    const fits = (text: string): boolean => scene.measure(text, bold) <= column.width + 6;
    const text = names.find(fits) ?? (names.at(-1) as string);
    context.font = bold;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillStyle = scene.theme.ink;
    context.fillText(text, column.x, HEADER.title);
    rule(context, scene, column.x, column.width);
  }
}

/** Rows [first, end) of every column. */
export function paintColumns(
  context: Pen,
  scene: Scene,
  [first, end]: readonly [number, number],
): void {
  for (const column of scene.layout.columns) {
    if (column.name === "weight") paintWeights(context, scene, column, first, end);
    else paintStep(context, scene, column, first, end);
  }
}

/** Axis of a column that has bars; it ends where the rows end. */
function axis(context: Pen, scene: Scene, x: number, first: number, end: number): void {
  const { tops, scroll, theme } = scene;
  const top = HEADER.rows + (tops[first] as number) - scroll;
  context.fillStyle = theme.hair2;
  context.fillRect(Math.round(x), top, 1, (tops[end] as number) - (tops[first] as number) - 1);
}

interface RowBox {
  middle: number;
  key: number;
  hidden: boolean;
  chosen: boolean;
  concerned: boolean;
}

function rowBox(scene: Scene, row: number): RowBox {
  const { tops, scroll, rows, anatomy } = scene;
  const key = rows[row] as number;
  return {
    key,
    middle: HEADER.rows + ((tops[row] as number) + (tops[row + 1] as number) - 1) / 2 - scroll,
    hidden: masked(scene, row),
    chosen: scene.row === row,
    concerned: (anatomy.steps.weight[key] as number) >= scene.threshold,
  };
}

const BAR = 9;

function paintStep(context: Pen, scene: Scene, column: Column, first: number, end: number): void {
  const { theme, lang, rows } = scene;
  const all = values(scene, column.name);
  const half = column.bars / 2;
  const zero = Math.round(column.x + half);
  // What adds up shares a scale; the sum is larger by the factor between both.
  const largest =
    column.name === "sum"
      ? rows.reduce((most, key) => Math.max(most, Math.abs(all[key] as number)), 0)
      : stepRange(scene.anatomy.steps, rows);
  const [minus, plus] = [css(ramp(theme.signs, 0.13)), css(ramp(theme.signs, 0.87))];
  if (half > 0) axis(context, scene, zero, first, end);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (let row = first; row < end; row++) {
    const { middle, key, hidden, chosen, concerned } = rowBox(scene, row);
    const value = all[key] as number;
    if (hidden && column.name !== "bias") continue;
    if (half > 0 && largest > 0 && !hidden) {
      const length = (Math.abs(value) / largest) * half;
      context.fillStyle = value < 0 ? minus : plus;
      context.fillRect(value < 0 ? zero - length : zero + 1, middle - BAR / 2, length, BAR);
    }
    const plain = value === 0 || hidden;
    context.font = font(12, lang, chosen);
    context.fillStyle = plain ? theme.ink3 : concerned || chosen ? theme.ink : theme.ink2;
    const text = column.name === "bias" && value === 0 ? "0" : fixed(value, 2);
    context.fillText(
      text,
      column.x + column.width - (column.name === "bias" && half === 0 ? 10 : 0),
      middle,
    );
  }
}

function paintWeights(
  context: Pen,
  scene: Scene,
  column: Column,
  first: number,
  end: number,
): void {
  const { theme, lang, head } = scene;
  const all = values(scene, "weight");
  const room = column.bars;
  axis(context, scene, column.x, first, end);
  axis(context, scene, column.x + room, first, end);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (let row = first; row < end; row++) {
    const { middle, key, hidden, chosen, concerned } = rowBox(scene, row);
    const value = all[key] as number;
    context.fillStyle = headColour(theme, head);
    const length = value * room;
    if (length >= 0.25) context.fillRect(column.x + 1, middle - BAR / 2, length, BAR);
    context.font = font(12, lang, chosen);
    context.fillStyle = concerned || chosen ? theme.ink : theme.ink3;
    context.fillText(hidden ? "0" : share(value), column.x + column.width, middle);
  }
}
