/** The same numbers, written as plainly as can be: what the page computes is compared with this. */

import type { Layer } from "../../src/payload/schema";

export const LAYER: Layer = {
  heads: 4,
  keyHeads: 2,
  dHead: 3,
  scale: 0.7,
  softcap: null,
  bias: { band: null, relative: null, perKey: null, dense: null },
  sinks: null,
  rotary: false,
  q: null,
  k: null,
  weights: null,
  strongest: null,
  coverage: 1,
  error: 0,
};

export interface Arrays {
  q: Float32Array;
  k: Float32Array;
  relative: Float32Array | null;
  perKey: Float32Array | null;
  dense: Float32Array | null;
}

/** Numbers between −2 and 2 that look random and never change. */
export function numbers(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const value = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 4 * (value - Math.floor(value)) - 2;
  });
}

export function referenceRow(
  layer: Layer,
  queries: number,
  keys: number,
  arrays: Arrays,
  head: number,
  query: number,
): number[] {
  const d = layer.dHead;
  const keyHead = Math.floor(head / (layer.heads / layer.keyHeads));
  const scores = Array.from({ length: keys }, (_, key) => {
    let score = 0;
    for (let i = 0; i < d; i++) {
      const q = arrays.q[(head * queries + query) * d + i] as number;
      score += q * (arrays.k[(keyHead * keys + key) * d + i] as number);
    }
    score *= layer.scale;
    if (layer.softcap !== null) score = layer.softcap * Math.tanh(score / layer.softcap);
    if (arrays.relative !== null) {
      score += arrays.relative[head * (queries + keys - 1) + key - query + queries - 1] as number;
    }
    if (arrays.perKey !== null) {
      score += arrays.perKey[(arrays.perKey.length === keys ? 0 : head) * keys + key] as number;
    }
    if (arrays.dense !== null) {
      const plane = arrays.dense.length === queries * keys ? 0 : head;
      score += arrays.dense[(plane * queries + query) * keys + key] as number;
    }
    const [before, after] = layer.bias.band ?? [null, null];
    if (before !== null && key < query - before) return Number.NEGATIVE_INFINITY;
    if (after !== null && key > query + after) return Number.NEGATIVE_INFINITY;
    return score;
  });
  const sink = layer.sinks?.[head];
  const sum =
    scores.reduce((total, score) => total + Math.exp(score), 0) +
    (sink === undefined ? 0 : Math.exp(sink));
  return scores.map((score) => (sum > 0 ? Math.exp(score) / sum : 0));
}
