/** A layer whose heads come one by one, each as a layer with a single head. */

import type { Layer } from "../payload/schema";
import type { LayerAttention, Steps } from "./source";

export class HeadsLayer implements LayerAttention {
  readonly missing = null;
  readonly #heads = new Map<number, LayerAttention>();
  #layer: Layer;

  /** @param layer What is known before any head is there. */
  constructor(
    layer: Layer,
    readonly queries: number,
    readonly keys: number,
  ) {
    this.#layer = layer;
  }

  get layer(): Layer {
    return this.#layer;
  }

  add(head: number, alone: LayerAttention): void {
    this.#heads.set(head, alone);
    // Which forms of bias there are comes with the numbers; they are the same for every head.
    this.#layer = { ...this.#layer, bias: alone.layer.bias };
  }

  has(heads: readonly number[]): boolean {
    return heads.every((head) => this.#heads.has(head));
  }

  get rowCost(): number {
    return this.keys * Math.max(1, this.layer.dHead);
  }

  row(head: number, query: number): Float32Array {
    return this.#at(head).row(0, query);
  }

  query(head: number, query: number): Float32Array | null {
    return this.#at(head).query(0, query);
  }

  key(head: number, key: number): Float32Array | null {
    return this.#at(head).key(0, key);
  }

  steps(head: number, query: number): Steps | null {
    return this.#at(head).steps(0, query);
  }

  #at(head: number): LayerAttention {
    const found = this.#heads.get(head);
    if (found === undefined) throw new Error(`Head ${head} has not been loaded.`);
    return found;
  }
}
