/** Where everything of the neuron view lies, in CSS pixels. No element is touched here. */

/** From left to right; softcap only where the model has one. */
export type ColumnName = "sum" | "scaled" | "capped" | "bias" | "weight";

export interface Column {
  name: ColumnName;
  x: number;
  width: number;
  /** Room for bars; 0 where there is room for numbers alone. */
  bars: number;
}

export interface Block {
  x: number;
  width: number;
}

export interface NeuronLayout {
  /** Right edge of the labels. */
  labels: number;
  k: Block;
  product: Block;
  columns: Column[];
  /** Of the whole; more than the room where it has to scroll sideways. */
  width: number;
  /** Of a cell, its gap included. */
  cell: number;
  /** Height of a row whose label has one line. */
  row: number;
}

/** The parts above the rows, from top to bottom. */
export const HEADER = {
  title: 14,
  rule: 30,
  /** The query's vector and, as high as it at most, the spread of each neuron. */
  q: { top: 54, height: 26 },
  spread: { top: 50, height: 30 },
  times: 98,
  rows: 116,
} as const;

/** Room under the last row. */
const BOTTOM = 8;
const ROW = { least: 16, most: 20 };
/** The vectors of a head of 32 neurons, 11 px each; larger heads share the same room. */
const BLOCK = 352;
/** A block never gets narrower than this; then the view scrolls sideways. */
const NARROW = 112;

/** Room for a number, and for the bars beside it: none where they would be stumps. */
const NUMBER = 46;
const BARS = { least: 20, most: 64 };
/** The bias without bars. */
const BIAS = 54;
const WEIGHT = { number: 44, bars: 36, most: 212 };

/** Between two columns; between labels and k, k and product, product and sum. */
interface Gaps {
  columns: number;
  blocks: readonly [number, number, number];
}

const WIDE: Gaps = { columns: 22, blocks: [14, 40, 30] };
const TIGHT: Gaps = { columns: 12, blocks: [10, 24, 16] };

function columnNames(softcap: boolean): ColumnName[] {
  return softcap
    ? ["sum", "scaled", "capped", "bias", "weight"]
    : ["sum", "scaled", "bias", "weight"];
}

/** Columns of numbers with bars. */
function stepsOf(names: readonly ColumnName[], biased: boolean): number {
  return names.length - (biased ? 1 : 2);
}

/** Width of all that stands beside labels and blocks, with step bars of a given width. */
function widthBeside(
  gaps: Gaps,
  names: readonly ColumnName[],
  biased: boolean,
  bars: number,
): number {
  const steps = stepsOf(names, biased);
  const columns = steps * (NUMBER + bars) + (biased ? 0 : BIAS) + WEIGHT.number + WEIGHT.bars;
  const between = (names.length - 1) * gaps.columns + gaps.blocks.reduce((a, b) => a + b);
  return columns + between;
}

export function neuronLayout(room: {
  width: number;
  height: number;
  dHead: number;
  rows: number;
  /** Width of the longest label. */
  labels: number;
  softcap: boolean;
  /** Whether the bias has bars. */
  biased: boolean;
}): NeuronLayout {
  const names = columnNames(room.softcap);
  const labels = Math.ceil(Math.min(Math.max(room.labels, 44), 0.4 * room.width));
  const nominal = room.dHead <= 32 ? 11 * room.dHead : BLOCK;
  const beside = labels + 2 * nominal;
  const gaps =
    beside + widthBeside(WIDE, names, room.biased, BARS.most) <= room.width ? WIDE : TIGHT;
  const free = (room.width - labels - widthBeside(gaps, names, room.biased, 0)) / 2;
  const block = Math.floor(Math.min(nominal, Math.max(free, Math.min(NARROW, nominal))));

  // What is left over goes to bars: first to those of the steps, then to those of the weights.
  let spare = Math.max(
    0,
    room.width - labels - 2 * block - widthBeside(gaps, names, room.biased, 0),
  );
  const steps = stepsOf(names, room.biased);
  const each = Math.min(BARS.most, Math.floor(spare / steps));
  const bars = each >= BARS.least ? each : 0;
  spare -= steps * bars;
  const weights = Math.floor(Math.min(WEIGHT.most, WEIGHT.bars + spare));

  const k = { x: labels + gaps.blocks[0], width: block };
  const product = { x: k.x + block + gaps.blocks[1], width: block };
  let x = product.x + block + gaps.blocks[2];
  const columns = names.map((name): Column => {
    const alone = name === "bias" && !room.biased;
    const own = name === "weight" ? weights : alone ? 0 : bars;
    const number = name === "weight" ? WEIGHT.number : alone ? BIAS : NUMBER;
    const column = { name, x, width: number + own, bars: own };
    x += column.width + gaps.columns;
    return column;
  });
  const fitting = Math.floor((room.height - HEADER.rows - BOTTOM) / Math.max(1, room.rows));
  return {
    labels,
    k,
    product,
    columns,
    width: x - gaps.columns,
    cell: block / room.dHead,
    row: Math.min(ROW.most, Math.max(ROW.least, fitting)),
  };
}

/** Tops of the rows below the header, and the lower end of the last. `lines` has one entry a row: a
 *  label too long for the column breaks, and its row grows with it. */
export function rowTops(row: number, lines: readonly number[]): Float64Array {
  const tops = new Float64Array(lines.length + 1);
  for (const [i, count] of lines.entries())
    tops[i + 1] = (tops[i] as number) + row + (count - 1) * ROW.least;
  return tops;
}

export function contentHeight(tops: Float64Array): number {
  return HEADER.rows + (tops.at(-1) as number) + BOTTOM;
}

/** The row at a height below the header; the number of rows where it is below the last. */
export function rowAt(tops: Float64Array, y: number): number {
  let low = 0;
  let high = tops.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tops[middle + 1] as number) > y) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Rows that can be seen, [first, end). */
export function rowsInView(tops: Float64Array, scroll: number, height: number): [number, number] {
  const last = rowAt(tops, scroll + height - HEADER.rows);
  return [rowAt(tops, scroll), Math.min(tops.length - 1, last + 1)];
}

/** What is under a point of the canvas: a row, a place among the neurons, or both. */
export function hit(
  layout: NeuronLayout,
  tops: Float64Array,
  scroll: number,
  x: number,
  y: number,
): { row: number | null; neuron: number | null } {
  const row = y < HEADER.rows ? -1 : rowAt(tops, y - HEADER.rows + scroll);
  const onRow = row >= 0 && row < tops.length - 1;
  const onVector = y >= HEADER.spread.top && y < HEADER.rows;
  let neuron: number | null = null;
  for (const { x: left, width } of [layout.k, layout.product])
    if (x >= left && x < left + width) neuron = Math.floor((x - left) / layout.cell);
  return { row: onRow ? row : null, neuron: onRow || onVector ? neuron : null };
}
