/** A layer of which only the weights are known: a byte each, and one scale for every row. */

import type { Layer } from "../payload/schema";
import { RowCache } from "./rowcache";
import type { LayerAttention } from "./source";

export class ByteLayer implements LayerAttention {
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
    this.#values = values;
    this.#scale = scale;
    this.#roots = roots;
    this.#cache = new RowCache(keys);
  }

  row(head: number, query: number): Float32Array {
    const place = head * this.queries + query;
    return this.#cache.get(place, () => {
      const step = (this.#scale[place] as number) / 255;
      const from = place * this.keys;
      const own = this.#values.subarray(from, from + this.keys);
      const power = this.#roots ? 2 : 1;
      return Float32Array.from(own, (value) => (value * step) ** power);
    });
  }

  query(): null {
    return null;
  }

  key(): null {
    return null;
  }

  steps(): null {
    return null;
  }
}
