/** The vectors: q above k, and their product neuron by neuron with its spread above. */

import { signLookup } from "../../draw/colour";
import { paintHatch } from "../../draw/hatch";
import { edges, emptyMap, paintMap, signByte } from "../../draw/heatmap";
import type { Pen } from "../../draw/pen";
import { font } from "../../text/fonts";
import { fixed, signed } from "../../text/number";
import { type Block, HEADER } from "./layout";
import { masked, type Scene } from "./scene";

/** Rows [first, end) of both blocks. */
export function paintRows(
  context: Pen,
  ratio: number,
  scene: Scene,
  [first, end]: readonly [number, number],
): void {
  const { layout, anatomy, neurons, rows, tops, scroll } = scene;
  const count = end - first;
  if (count <= 0) return;
  const size = anatomy.dHead;
  const k = emptyMap(count, size);
  const product = emptyMap(count, size);
  for (let r = 0; r < count; r++) {
    const key = anatomy.key(rows[first + r] as number);
    for (let c = 0; c < size; c++) {
      const neuron = neurons[c] as number;
      const value = key[neuron] as number;
      k.values[r * size + c] = signByte(value, anatomy.vectorRange);
      const made = value * (anatomy.q[neuron] as number);
      product.values[r * size + c] = signByte(made, anatomy.productRange);
    }
  }
  const start = tops[first] as number;
  const y = Int32Array.from({ length: count + 1 }, (_, r) =>
    Math.round(((tops[first + r] as number) - start) * ratio),
  );
  const top = Math.round((HEADER.rows + start - scroll) * ratio);
  const gap = { x: gapOf(layout.cell, ratio), y: Math.max(1, Math.round(ratio)) };
  const table = signLookup(scene.theme).pixels;
  for (const [map, block] of [
    [k, layout.k],
    [product, layout.product],
  ] as const) {
    const x = edges(size, Math.round(block.width * ratio));
    paintMap(context, map, table, { x, y, gap }, Math.round(block.x * ratio), top);
  }
  for (let row = first; row < end; row++) if (masked(scene, row)) paintMasked(context, scene, row);
}

/** Device pixels between neurons: one CSS pixel for wide cells, less for small ones, then none. */
function gapOf(cell: number, ratio: number): number {
  if (cell >= 9) return Math.max(1, Math.round(ratio));
  return cell >= 5 ? Math.floor(ratio / 2) : 0;
}

/** A key that the query may not see is hatched: it has numbers, but they go nowhere. */
function paintMasked(context: Pen, scene: Scene, row: number): void {
  const { layout, theme, tops, scroll } = scene;
  const top = HEADER.rows + (tops[row] as number) - scroll;
  const height = (tops[row + 1] as number) - (tops[row] as number) - 1;
  for (const { x, width } of [layout.k, layout.product]) {
    context.clearRect(x - 1, top, width + 2, height);
    paintHatch(context, { left: x, top, width, height }, theme.hair, 6);
  }
}

/** The query's vector and the spread of each neuron. */
export function paintHeader(context: Pen, ratio: number, scene: Scene): void {
  const { layout, anatomy, neurons, theme, words, lang } = scene;
  const size = anatomy.dHead;
  const q = emptyMap(1, size);
  for (let c = 0; c < size; c++)
    q.values[c] = signByte(anatomy.q[neurons[c] as number] as number, anatomy.vectorRange);
  const height = Math.round(HEADER.q.height * ratio);
  const gap = { x: gapOf(layout.cell, ratio), y: 0 };
  const cells = { x: edges(size, Math.round(layout.k.width * ratio)), y: edges(1, height), gap };
  const [left, top] = [Math.round(layout.k.x * ratio), Math.round(HEADER.q.top * ratio)];
  paintMap(context, q, signLookup(theme).pixels, cells, left, top);

  const largest = anatomy.spread.reduce((a, b) => Math.max(a, b), 0);
  const bottom = HEADER.spread.top + HEADER.spread.height;
  context.fillStyle = theme.ink3;
  for (let c = 0; c < size && largest > 0; c++) {
    const part = (anatomy.spread[neurons[c] as number] as number) / largest;
    const x = layout.product.x + (cells.x[c] as number) / ratio;
    const width = ((cells.x[c + 1] as number) - (cells.x[c] as number) - gap.x) / ratio;
    const bar = Math.max(1, part * HEADER.spread.height);
    context.fillRect(x, bottom - bar, width, bar);
  }
  context.font = font(11.5, lang);
  context.textBaseline = "alphabetic";
  context.textAlign = "right";
  context.fillStyle = theme.ink3;
  context.fillText(words.spread, layout.product.x + layout.product.width, HEADER.spread.top - 8);
  title(context, scene, layout.k, "k", words.heading.k, anatomy.vectorRange);
  title(context, scene, layout.product, "q × k", words.heading.product, anatomy.productRange);
  operators(context, scene);
}

const RAMP = 60;

/** Name and colour scale over a block; what does not fit is left out, the range last. */
function title(
  context: Pen,
  scene: Scene,
  block: Block,
  sign: string,
  words: string,
  range: number,
): void {
  const { theme, measure, lang } = scene;
  const [bold, small] = [font(12, lang, true), font(10.5, lang)];
  const places = range < 1 ? 2 : 1;
  const ends = [fixed(-range, places), signed(range, places)] as const;
  const numbers = measure(ends[0], small) + measure(ends[1], small) + 10;
  const spare = block.width - measure(`${sign}   `, bold) - numbers;
  const ramp = spare >= 20 ? Math.min(RAMP, spare) : 0;
  const named = spare - ramp - 12 >= measure(words, bold);
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.font = bold;
  context.fillStyle = theme.ink;
  context.fillText(named ? `${sign}   ${words}` : sign, block.x, HEADER.title);
  context.font = small;
  context.fillStyle = theme.ink3;
  context.textAlign = "right";
  const right = block.x + block.width;
  // One end alone would not be a scale.
  if (ramp > 0) context.fillText(ends[1], right, HEADER.title);
  const rampRight = right - measure(ends[1], small) - 5;
  if (ramp > 0) {
    const gradient = context.createLinearGradient(rampRight - ramp, 0, rampRight, 0);
    const last = theme.signs.length - 1;
    for (const [i, colour] of theme.signs.entries()) gradient.addColorStop(i / last, colour);
    context.fillStyle = gradient;
    context.fillRect(rampRight - ramp, HEADER.title - 4, ramp, 8);
    context.fillStyle = theme.ink3;
    context.fillText(ends[0], rampRight - ramp - 5, HEADER.title);
  }
  rule(context, scene, block.x, block.width);
}

/** The hairline under a heading. */
export function rule(context: Pen, scene: Scene, x: number, width: number): void {
  context.fillStyle = scene.theme.hair2;
  context.fillRect(x, HEADER.rule, width, 1);
}

function operators(context: Pen, scene: Scene): void {
  const { layout, theme, lang } = scene;
  const middle = HEADER.q.top + HEADER.q.height / 2;
  context.font = font(15, lang);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = theme.ink3;
  context.fillText("×", layout.k.x + layout.k.width / 2, HEADER.times);
  context.fillText("=", (layout.k.x + layout.k.width + layout.product.x) / 2, middle);
  let left = layout.product.x + layout.product.width;
  for (const [i, column] of layout.columns.entries()) {
    context.fillText(i === 0 ? "Σ" : "→", (left + column.x) / 2, middle);
    left = column.x + column.width;
  }
}

/** Row and column under the pointer, framed in both blocks. */
export function paintFrames(context: Pen, scene: Scene): void {
  const { layout, row, neuron, theme, tops, scroll } = scene;
  const bottom = HEADER.rows + (tops.at(-1) as number) - scroll;
  for (const block of [layout.k, layout.product]) {
    if (neuron !== null) {
      const x = block.x + neuron * layout.cell - 1;
      const width = layout.cell + 1;
      context.strokeStyle = theme.ink3;
      context.lineWidth = 0.75;
      context.strokeRect(x, HEADER.q.top, width, Math.min(scene.height, bottom) - HEADER.q.top);
      const above = block === layout.k ? HEADER.q : HEADER.spread;
      context.strokeStyle = theme.ink;
      context.lineWidth = 1.5;
      context.strokeRect(x, above.top - 2, width, above.height + 4);
    }
    if (row !== null) {
      // The frame of a row that is half scrolled away does not reach into the header.
      const top = Math.max(HEADER.rows, HEADER.rows + (tops[row] as number) - scroll);
      const height = HEADER.rows + (tops[row + 1] as number) - scroll - top;
      if (height <= 0) continue;
      context.strokeStyle = theme.ink;
      context.lineWidth = 1.5;
      context.strokeRect(block.x - 2, top - 1, block.width + 3, height + 1);
    }
  }
}
