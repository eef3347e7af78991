/** A layer of which the exact weights are there. */

import type { Layer } from "../payload/schema";
import type { LayerAttention } from "./source";

export class WeightLayer implements LayerAttention {
  readonly missing = null;
  readonly #weights: Float32Array;

  /** @param weights [head, query, key] */
  constructor(
    readonly layer: Layer,
    readonly queries: number,
    readonly keys: number,
    weights: Float32Array,
  ) {
    this.#weights = weights;
  }

  get rowCost(): number {
    return this.keys;
  }

  row(head: number, query: number): Float32Array {
    const from = (head * this.queries + query) * this.keys;
    return this.#weights.subarray(from, from + this.keys);
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
