/**
 * One head and one query taken apart: which numbers the neuron view shows. No element is touched here.
 */

import type { LayerAttention, Steps } from "../../attention/source";

export interface Anatomy {
  queries: number;
  keys: number;
  dHead: number;
  q: Float32Array;
  /** [key] → vector; a view into the layer's own memory. */
  key(index: number): Float32Array;
  steps: Steps;
  /** Standard deviation over the visible keys of each neuron's product; what tells keys apart. */
  spread: Float32Array;
  /** Ends of the two sign scales: 98.5th percentile of |v|. */
  vectorRange: number;
  productRange: number;
}

/** How much of |v| the colour scales cover; the few values beyond take the colour of the ends. */
export const COVERED = 0.985;

/** The value that the share `covered` of all values does not exceed. Reorders `values`. */
export function percentile(values: Float32Array, covered: number): number {
  if (values.length === 0) return 0;
  values.sort();
  const place = Math.min(values.length - 1, Math.ceil(covered * values.length) - 1);
  return values[Math.max(0, place)] as number;
}

/** At most so many numbers go into a percentile: enough for three digits, and quick. */
const SAMPLE = 1 << 16;

/** |v| of every vector, or of every n-th where they are many. */
function magnitudes(
  count: number,
  size: number,
  vector: (i: number) => Float32Array,
): Float32Array {
  const every = Math.max(1, Math.ceil((count * size) / SAMPLE));
  const taken = Math.ceil(count / every);
  const out = new Float32Array(taken * size);
  for (let i = 0; i < taken; i++) {
    const from = vector(i * every);
    for (let c = 0; c < size; c++) out[i * size + c] = Math.abs(from[c] as number);
  }
  return out;
}

/** One scale for all queries and keys of a head, so that stepping through queries keeps colours. */
export function vectorRange(attention: LayerAttention, head: number): number {
  const { dHead } = attention.layer;
  const q = magnitudes(attention.queries, dHead, (i) => attention.query(head, i) as Float32Array);
  const k = magnitudes(attention.keys, dHead, (j) => attention.key(head, j) as Float32Array);
  const both = new Float32Array(q.length + k.length);
  both.set(q);
  both.set(k, q.length);
  return percentile(both, COVERED);
}

/** Null where the trace has no vectors. `range` is the head's `vectorRange`. */
export function anatomy(
  attention: LayerAttention,
  head: number,
  query: number,
  range: number,
): Anatomy | null {
  const q = attention.query(head, query);
  const steps = attention.steps(head, query);
  if (q === null || steps === null) return null;
  const { dHead } = attention.layer;
  const key = (index: number): Float32Array => attention.key(head, index) as Float32Array;
  const visible: number[] = [];
  for (let j = 0; j < attention.keys; j++) if (steps.bias[j] !== -Infinity) visible.push(j);
  const products = magnitudes(visible.length, dHead, (i) => {
    const k = key(visible[i] as number);
    return q.map((value, c) => value * (k[c] as number));
  });
  return {
    queries: attention.queries,
    keys: attention.keys,
    dHead,
    q,
    key,
    steps,
    spread: spread(q, visible, key),
    vectorRange: range,
    productRange: percentile(products, COVERED),
  };
}

/** Takes a query apart, and keeps the last one: hovering and scrolling change nothing in it. */
export function createDissector(): (
  attention: LayerAttention,
  head: number,
  query: number,
) => Anatomy | null {
  let of: { attention: LayerAttention; head: number; range: number } | null = null;
  let last: { query: number; made: Anatomy } | null = null;
  return (attention, head, query) => {
    if (attention.query(head, query) === null) return null;
    if (of?.attention !== attention || of.head !== head) {
      of = { attention, head, range: vectorRange(attention, head) };
      last = null;
    }
    if (last?.query !== query) {
      const made = anatomy(attention, head, query, of.range);
      last = made && { query, made };
    }
    return last?.made ?? null;
  };
}

/** |q| times the standard deviation of k, neuron by neuron. A neuron that adds the same to every key
 *  moves no weight, however large its product is. */
export function spread(
  q: Float32Array,
  keys: readonly number[],
  key: (index: number) => Float32Array,
): Float32Array {
  const mean = new Float64Array(q.length);
  const square = new Float64Array(q.length);
  for (const [i, index] of keys.entries()) {
    const k = key(index);
    // Welford's running mean: no difference of two large sums.
    for (let c = 0; c < q.length; c++) {
      const value = k[c] as number;
      const off = value - (mean[c] as number);
      mean[c] = (mean[c] as number) + off / (i + 1);
      square[c] = (square[c] as number) + off * (value - (mean[c] as number));
    }
  }
  return q.map((value, c) => {
    const variance = keys.length > 0 ? (square[c] as number) / keys.length : 0;
    return Math.abs(value) * Math.sqrt(variance);
  });
}

/** Neurons from left to right. */
export function order(spread: Float32Array, by: "index" | "contribution"): number[] {
  const neurons = Array.from(spread.keys());
  if (by === "index") return neurons;
  return neurons.sort((a, b) => (spread[b] as number) - (spread[a] as number) || a - b);
}

/** Whether the model adds anything to the scores, masks aside. */
export function biased({ bias }: Steps): boolean {
  return bias.some((value) => Number.isFinite(value) && value !== 0);
}

/** The largest size among scaled and capped scores and biases of keys that are not masked: these add up, so their
 *  bars share one scale. */
export function stepRange({ scaled, capped, bias }: Steps, rows: readonly number[]): number {
  const seen = rows.filter((key) => bias[key] !== -Infinity);
  const sizes = [scaled, capped, bias].flatMap((step) =>
    seen.map((key) => Math.abs(step[key] as number)),
  );
  return sizes.reduce((most, size) => Math.max(most, size), 0);
}

/** How the model scales: `÷ √32` where that is what it does, else the factor itself. */
export function scaleName(scale: number, dHead: number): string {
  const root = Math.abs(scale * Math.sqrt(dHead) - 1) < 1e-4;
  return root ? `÷ √${dHead}` : `× ${Number(scale.toPrecision(4))}`;
}

/** The same in figures: `÷ 5.66` or `× 0.2`. */
export function scaleFigure(scale: number, dHead: number): string {
  const root = Math.abs(scale * Math.sqrt(dHead) - 1) < 1e-4;
  return root ? `÷ ${Math.sqrt(dHead).toFixed(2)}` : `× ${Number(scale.toPrecision(4))}`;
}
