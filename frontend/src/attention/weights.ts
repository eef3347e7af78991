/** A layer of which the exact weights are there. */

import type { Layer } from "../payload/schema";
import type { LayerAttention } from "./source";
import { Vectorless } from "./vectorless";

export class WeightLayer extends Vectorless implements LayerAttention {
  readonly missing = null;
  readonly #weights: Float32Array;

  /** @param weights [head, query, key] */
  constructor(
    readonly layer: Layer,
    readonly queries: number,
    readonly keys: number,
    weights: Float32Array,
  ) {
    super();
    this.#weights = weights;
  }

  get rowCost(): number {
    return this.keys;
  }

  row(head: number, query: number): Float32Array {
    const from = (head * this.queries + query) * this.keys;
    return this.#weights.subarray(from, from + this.keys);
  }
}
