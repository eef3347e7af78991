/**
 * Maps of numbers as pixels.
 *
 * Everything ends as bytes that index one of the 256 colours of a ramp, so one painter serves the
 * thumbnails, the enlarged head and the vectors of the neuron view. Cells are laid on whole device
 * pixels: a map never blurs, whatever the zoom. A map larger than its place is max-pooled, because a
 * mean would wash out the single strong weights that people look for.
 */

import type { Pen } from "./pen";

/** Values are places in a colour table, row by row. */
export interface ByteMap {
  readonly values: Uint8Array;
  readonly rows: number;
  readonly columns: number;
}

/** Place of a weight (0 to 1) in the weight ramp: its root, as in the overview. */
export function rootByte(weight: number): number {
  return Math.round(255 * Math.sqrt(Math.min(1, Math.max(0, weight))));
}

/** Place of a value in the sign ramp that runs from −range to +range. */
export function signByte(value: number, range: number): number {
  if (!(range > 0)) return 128;
  return Math.round(127.5 + 127.5 * Math.min(1, Math.max(-1, value / range)));
}

/** Where `count` equal cells begin and end on `size` whole pixels: count + 1 entries from 0 to size. */
export function edges(count: number, size: number): Int32Array {
  const result = new Int32Array(count + 1);
  for (let i = 0; i <= count; i++) result[i] = Math.round((i * size) / count);
  return result;
}

/** The cell that `place` of `count` falls into when they are pooled into `cells`. */
export function pooled(place: number, count: number, cells: number): number {
  return Math.min(cells - 1, Math.floor(((place + 0.5) * cells) / count));
}

/** An empty map for at most `rows` × `columns` cells, to be filled row by row. */
export function emptyMap(rows: number, columns: number): ByteMap & { values: Uint8Array } {
  return { values: new Uint8Array(rows * columns), rows, columns };
}

/** Adds the weights of one query to a map in which `queries` rows share its rows; keeps the largest. */
export function poolRow(
  map: ByteMap,
  weights: ArrayLike<number>,
  query: number,
  queries: number,
): void {
  const { values, columns } = map;
  const keys = weights.length;
  const base = pooled(query, queries, map.rows) * columns;
  for (let key = 0; key < keys; key++) {
    const at = base + (keys > columns ? pooled(key, keys, columns) : key);
    const byte = rootByte(weights[key] as number);
    if (byte > (values[at] as number)) values[at] = byte;
  }
}

/** The map itself where it fits into rows × columns, else its max-pooled copy. */
export function shrink(map: ByteMap, rows: number, columns: number): ByteMap {
  if (map.rows <= rows && map.columns <= columns) return map;
  const to = emptyMap(Math.min(rows, map.rows), Math.min(columns, map.columns));
  const target = new Int32Array(map.columns);
  for (let c = 0; c < map.columns; c++) target[c] = pooled(c, map.columns, to.columns);
  for (let r = 0; r < map.rows; r++) {
    const from = r * map.columns;
    const base = pooled(r, map.rows, to.rows) * to.columns;
    for (let c = 0; c < map.columns; c++) {
      const value = map.values[from + c] as number;
      const at = base + (target[c] as number);
      if (value > (to.values[at] as number)) to.values[at] = value;
    }
  }
  return to;
}

/** Where a map's cells lie, in device pixels from the painted corner (`edges` makes them). */
export interface Cells {
  x: Int32Array;
  y: Int32Array;
  /** Pixels left free at the right and at the lower side of each cell. */
  gap: { x: number; y: number };
}

/** The pixels of a map, row by row; gaps stay transparent. */
export function pixels(map: ByteMap, table: Uint32Array, cells: Cells): Uint32Array {
  const { x, y, gap } = cells;
  const width = x[map.columns] as number;
  const out = new Uint32Array(width * (y[map.rows] as number));
  for (let r = 0; r < map.rows; r++) {
    const start = y[r] as number;
    const end = (y[r + 1] as number) - gap.y;
    if (end <= start) continue;
    const line = out.subarray(start * width, (start + 1) * width);
    const from = r * map.columns;
    for (let c = 0; c < map.columns; c++) {
      const left = x[c] as number;
      const right = (x[c + 1] as number) - gap.x;
      const colour = table[map.values[from + c] as number] as number;
      // A plain loop: most cells are a few pixels wide, and a call of fill costs more than those.
      for (let at = left; at < right; at++) line[at] = colour;
    }
    for (let copy = start + 1; copy < end; copy++) out.set(line, copy * width);
  }
  return out;
}

/** For cells that touch. */
export const NO_GAP = { x: 0, y: 0 };

/** Puts a map on a canvas, or into a figure, with its corner at (left, top), in device pixels. */
export function paintMap(
  context: Pen,
  map: ByteMap,
  table: Uint32Array,
  cells: Cells,
  left: number,
  top: number,
): void {
  const width = cells.x[map.columns] as number;
  const height = cells.y[map.rows] as number;
  if (width === 0 || height === 0) return;
  const bytes = new Uint8ClampedArray(pixels(map, table, cells).buffer as ArrayBuffer);
  context.putImageData(imageOf(bytes, width, height), left, top);
}

/** Only browsers have `ImageData`; a figure that is drawn elsewhere takes its fields. */
function imageOf(data: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): ImageData {
  if (typeof ImageData !== "undefined") return new ImageData(data, width, height);
  return { data, width, height } as ImageData;
}
