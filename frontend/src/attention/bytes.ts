/** A layer of which only the weights are known: a byte each, and one scale for every row. */

import type { Layer } from "../payload/schema";
import { RowCache } from "./rowcache";
import type { LayerAttention } from "./source";
import { Vectorless } from "./vectorless";

export class ByteLayer extends Vectorless implements LayerAttention {
  readonly missing = null;
  readonly #values: Uint8Array;
  readonly #scale: Float32Array;
  readonly #roots: boolean;
  readonly #cache: RowCache;

  /** @param values [head, query, key] @param scale [head, query] @param roots Both are of roots. */
  constructor(
    readonly layer: Layer,
    readonly queries: number,
    readonly keys: number,
    values: Uint8Array,
    scale: Float32Array,
    roots = false,
  ) {
    super();
    this.#values = values;
    this.#scale = scale;
    this.#roots = roots;
    this.#cache = new RowCache(keys);
  }

  get rowCost(): number {
    return this.keys;
  }

  row(head: number, query: number): Float32Array {
    const place = head * this.queries + query;
    return this.#cache.get(place, () => {
      const step = (this.#scale[place] as number) / 255;
      const from = place * this.keys;
      const power = this.#roots ? 2 : 1;
      const row = new Float32Array(this.keys);
      for (let key = 0; key < this.keys; key++)
        row[key] = ((this.#values[from + key] as number) * step) ** power;
      return row;
    });
  }

  /** The largest weight of each cell of a head, as the bytes of an overview: 255 · √w, row by row. */
  pooled(head: number, rows: number, columns: number): Uint8Array {
    const { queries, keys } = this;
    const largest = new Float32Array(rows * columns);
    const cell = starts(keys, columns);
    for (let row = 0, query = 0; row < rows; row++) {
      const end = Math.floor(((row + 1) * queries) / rows);
      const at = row * columns;
      for (; query < end; query++) {
        const place = head * queries + query;
        const step = (this.#scale[place] as number) / 255;
        const from = place * keys;
        for (let column = 0, key = 0; column < columns; column++) {
          let most = 0;
          for (const next = cell[column + 1] as number; key < next; key++)
            most = Math.max(most, this.#values[from + key] as number);
          largest[at + column] = Math.max(largest[at + column] as number, most * step);
        }
      }
    }
    return Uint8Array.from(largest, (weight) => Math.round(255 * Math.sqrt(weight)));
  }
}

/** Where each of `cells` equal parts of `count` things begins, and the end of the last. */
function starts(count: number, cells: number): Int32Array {
  return Int32Array.from({ length: cells + 1 }, (_, cell) => Math.floor((cell * count) / cells));
}
