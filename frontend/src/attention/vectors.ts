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

export class VectorLayer implements LayerAttention {
  readonly missing = null;
  readonly #data: VectorData;
  readonly #cache: RowCache;

  constructor(
    readonly layer: Layer,
    readonly queries: number,
    readonly keys: number,
    data: VectorData,
    rows?: number,
  ) {
    this.#data = data;
    this.#cache = new RowCache(keys, rows);
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

  get rowCost(): number {
    return this.keys * this.layer.dHead;
  }

  row(head: number, query: number): Float32Array {
    return this.#cache.get(head * this.queries + query, () => this.#weights(head, query));
  }

  /** As `steps`, without keeping any of them but the last: a screen of a long text has hundreds of rows. */
  #weights(head: number, query: number): Float32Array {
    const { scale, softcap, sinks } = this.layer;
    const score = this.#dot(head, query);
    for (let j = 0; j < score.length; j++) score[j] = (score[j] as number) * scale;
    if (softcap !== null)
      for (let j = 0; j < score.length; j++)
        score[j] = softcap * Math.tanh((score[j] as number) / softcap);
    return softmax(score, this.#bias(head, query), sinks?.[head] ?? null, score);
  }

  steps(head: number, query: number): Steps {
    const { scale, softcap, sinks } = this.layer;
    const dot = this.#dot(head, query);
    const scaled = dot.map((value) => value * scale);
    const capped =
      softcap === null ? scaled : scaled.map((value) => softcap * Math.tanh(value / softcap));
    const bias = this.#bias(head, query) ?? new Float32Array(this.keys);
    const weight = softmax(capped, bias, sinks?.[head] ?? null);
    return { dot, scaled, capped, bias, weight };
  }

  #dot(head: number, query: number): Float32Array {
    const { dHead } = this.layer;
    const { q, k } = this.#data;
    const out = new Float32Array(this.keys);
    const start = (head * this.queries + query) * dHead;
    // The keys of a head lie one after the other: one running place is enough.
    let place = this.key(head, 0).byteOffset / 4 - k.byteOffset / 4;
    let j = 0;
    // Four keys side by side, so that no addition has to wait for the one before: half the time.
    for (; j + 4 <= this.keys; j += 4, place += 4 * dHead) {
      const [second, third, fourth] = [place + dHead, place + 2 * dHead, place + 3 * dHead];
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let d = 0; d < dHead; d++) {
        const x = q[start + d] as number;
        s0 += x * (k[place + d] as number);
        s1 += x * (k[second + d] as number);
        s2 += x * (k[third + d] as number);
        s3 += x * (k[fourth + d] as number);
      }
      out[j] = s0;
      out[j + 1] = s1;
      out[j + 2] = s2;
      out[j + 3] = s3;
    }
    for (; j < this.keys; j++, place += dHead) {
      let sum = 0;
      for (let d = 0; d < dHead; d++) sum += (q[start + d] as number) * (k[place + d] as number);
      out[j] = sum;
    }
    return out;
  }

  /** What the model adds; null where that is nothing. */
  #bias(head: number, query: number): Float32Array | null {
    const { queries, keys } = this;
    const { relative, perKey, dense } = this.#data;
    const { band } = this.layer.bias;
    if (relative === null && perKey === null && dense === null && band === null) return null;
    const out = new Float32Array(keys);
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
    return out;
  }
}
