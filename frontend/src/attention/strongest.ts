/** A layer of which the file holds only the strongest keys of every query. */

import type { Layer } from "../payload/schema";
import { RowCache } from "./rowcache";
import type { LayerAttention, Missing } from "./source";
import { Vectorless } from "./vectorless";

/** The arrays that a layer's references stand for; see the schema's `StrongestKeys`. */
export interface StrongestData {
  counts: Uint16Array | Uint32Array;
  keys: Uint16Array | Uint32Array;
  values: Uint8Array;
  scale: Float32Array;
  below: number;
}

export class StrongestLayer extends Vectorless implements LayerAttention {
  readonly missing: Missing;
  readonly #data: StrongestData;
  /** Where each row begins among the kept keys, and where the last one ends. */
  readonly #starts: Uint32Array;
  readonly #keys: Uint32Array;
  readonly #cache: RowCache;

  constructor(
    readonly layer: Layer,
    readonly queries: number,
    readonly keys: number,
    data: StrongestData,
  ) {
    super();
    this.#data = data;
    this.#starts = new Uint32Array(data.counts.length + 1);
    this.#keys = new Uint32Array(data.keys.length);
    let at = 0;
    for (const [place, count] of data.counts.entries()) {
      let key = 0;
      for (const end = at + count; at < end; at++) {
        key += data.keys[at] as number;
        this.#keys[at] = key;
      }
      this.#starts[place + 1] = at;
    }
    this.#cache = new RowCache(keys);
    this.missing = { below: data.below, has: (head, query, key) => this.#has(head, query, key) };
  }

  get rowCost(): number {
    return this.keys;
  }

  /** Weights of the keys that are kept; the others stand as 0, and `missing` tells which they are. */
  row(head: number, query: number): Float32Array {
    const place = head * this.queries + query;
    return this.#cache.get(place, () => {
      const { values, scale } = this.#data;
      const step = (scale[place] as number) / 255;
      const row = new Float32Array(this.keys);
      const end = this.#starts[place + 1] as number;
      for (let i = this.#starts[place] as number; i < end; i++)
        row[this.#keys[i] as number] = (values[i] as number) * step;
      return row;
    });
  }

  #has(head: number, query: number, key: number): boolean {
    const place = head * this.queries + query;
    let low = this.#starts[place] as number;
    const end = this.#starts[place + 1] as number;
    let high = end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    return low < end && this.#keys[low] === key;
  }
}
