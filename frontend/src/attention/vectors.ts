/**
 * A layer whose weights are computed from its queries and keys, a row at a time, in the order in which
 * the model does it: q·k, × scale, softcap, + bias, softmax.
 */

import type { Layer } from "../payload/schema";
import { RowCache } from "./rowcache";
import { softmax } from "./softmax";
import type { LayerAttention, Steps } from "./source";

/** The arrays a layer's references stand for. */
export interface VectorData {
  /** [head, query, dHead] */
  q: Float32Array;
  /** [keyHead, key, dHead] */
  k: Float32Array;
  /** [head, queries + keys − 1] */
  relative: Float32Array | null;
  /** [head or 1, key] */
  perKey: Float32Array | null;
  /** [head or 1, query, key] */
  dense: Float32Array | null;
}

/** Where the steps of a row are written. */
type Room = Pick<Steps, "dot" | "scaled" | "bias">;

function room(keys: number): Room {
  const array = (): Float32Array => new Float32Array(keys);
  return { dot: array(), scaled: array(), bias: array() };
}

export class VectorLayer implements LayerAttention {
  readonly missing = null;
  readonly #data: VectorData;
  readonly #cache: RowCache;
  /** Steps of a row of which only the weights are kept: a layer of a long text would leave megabytes. */
  #scratch: Room | null = null;

  constructor(
    readonly layer: Layer,
    readonly queries: number,
    readonly keys: number,
    data: VectorData,
  ) {
    this.#data = data;
    this.#cache = new RowCache(keys);
  }

  query(head: number, query: number): Float32Array {
    const { dHead } = this.layer;
    const from = (head * this.queries + query) * dHead;
    return this.#data.q.subarray(from, from + dHead);
  }

  key(head: number, key: number): Float32Array {
    const { dHead, heads, keyHeads } = this.layer;
    const from = (Math.floor(head / (heads / keyHeads)) * this.keys + key) * dHead;
    return this.#data.k.subarray(from, from + dHead);
  }

  row(head: number, query: number): Float32Array {
    return this.#cache.get(head * this.queries + query, () => {
      this.#scratch ??= room(this.keys);
      return this.#steps(head, query, this.#scratch).weight;
    });
  }

  steps(head: number, query: number): Steps {
    return this.#steps(head, query, room(this.keys));
  }

  /** The weights are always an array of their own, the other steps are written into `to`. */
  #steps(head: number, query: number, to: Room): Steps {
    const { scale, softcap, sinks } = this.layer;
    const { dot, scaled, bias } = to;
    this.#dot(head, query, dot);
    for (let j = 0; j < this.keys; j++) scaled[j] = (dot[j] as number) * scale;
    const capped =
      softcap === null ? scaled : scaled.map((value) => softcap * Math.tanh(value / softcap));
    this.#bias(head, query, bias);
    const weight = softmax(capped, bias, sinks?.[head] ?? null);
    return { dot, scaled, capped, bias, weight };
  }

  #dot(head: number, query: number, out: Float32Array): void {
    const { dHead } = this.layer;
    const { q, k } = this.#data;
    const start = (head * this.queries + query) * dHead;
    const whole = dHead - (dHead % 4);
    // The keys of a head lie one after the other: one running place is enough.
    let place = this.key(head, 0).byteOffset / 4 - k.byteOffset / 4;
    for (let j = 0; j < this.keys; j++) {
      // Four sums side by side: a processor adds them without waiting for one another.
      let a = 0;
      let b = 0;
      let c = 0;
      let e = 0;
      let d = 0;
      for (; d < whole; d += 4) {
        a += (q[start + d] as number) * (k[place + d] as number);
        b += (q[start + d + 1] as number) * (k[place + d + 1] as number);
        c += (q[start + d + 2] as number) * (k[place + d + 2] as number);
        e += (q[start + d + 3] as number) * (k[place + d + 3] as number);
      }
      for (; d < dHead; d++) a += (q[start + d] as number) * (k[place + d] as number);
      place += dHead;
      out[j] = a + b + (c + e);
    }
  }

  #bias(head: number, query: number, out: Float32Array): void {
    const { queries, keys } = this;
    const { relative, perKey, dense } = this.#data;
    const { band } = this.layer.bias;
    out.fill(0);
    if (relative !== null) {
      const from = head * (queries + keys - 1) - query + queries - 1;
      for (let j = 0; j < keys; j++) out[j] = relative[from + j] as number;
    }
    if (perKey !== null) {
      const from = perKey.length === keys ? 0 : head * keys;
      for (let j = 0; j < keys; j++) out[j] = (out[j] as number) + (perKey[from + j] as number);
    }
    if (dense !== null) {
      const shared = dense.length === queries * keys;
      const from = ((shared ? 0 : head) * queries + query) * keys;
      for (let j = 0; j < keys; j++) out[j] = (out[j] as number) + (dense[from + j] as number);
    }
    if (band !== null) {
      const [before, after] = band;
      for (let j = 0; j < keys; j++) {
        const early = before !== null && j < query - before;
        const late = after !== null && j > query + after;
        if (early || late) out[j] = Number.NEGATIVE_INFINITY;
      }
    }
  }
}
