/** What is selected, and which weights belong to it. */

import type { LayerAttention, Missing } from "../../attention/source";
import type { Lines, Range } from "../../draw/lines";
import type { State } from "../../state/state";

/** Keys weaker than this stay dim, however low the threshold. */
const CONCERNED = 0.03;

export interface Focus {
  /** The query whose lines stand out: the one under the pointer, else the pinned one. */
  query: number | null;
  pinned: number | null;
  hover: number | null;
  hoverKey: number | null;
  /** For every head that is on, the weights that the bars show. */
  rows: Float32Array[];
  /** Where the file holds only a part of these rows: which weight of a head, named by its place among
   *  those that are on, it lacks. Null where it holds them whole, and for means. */
  lacks: ((slot: number, key: number) => boolean) | null;
  missing: Missing | null;
  /** Tokens that take part in what is selected; null where nothing is. */
  queries: ReadonlySet<number> | null;
  keys: ReadonlySet<number> | null;
}

export function focusOf(
  state: State,
  attention: LayerAttention,
  lines: Lines,
  means: () => Float32Array[],
): Focus {
  const query = state.hover ?? state.token;
  const { missing } = attention;
  const { token: pinned, hover, hoverKey } = state;
  const base = { query, pinned, hover, hoverKey, lacks: null, missing };
  if (query !== null && query < attention.queries) {
    const rows = state.heads.map((head) => attention.row(head, query));
    const limit = Math.max(state.threshold, CONCERNED);
    const lacks = missing
      ? (slot: number, key: number) => !missing.has(state.heads[slot] as number, query, key)
      : null;
    return { ...base, rows, lacks, queries: new Set([query]), keys: reaching(rows, limit) };
  }
  const rows = means();
  if (state.hoverKey === null) return { ...base, query: null, rows, queries: null, keys: null };
  const queries = new Set<number>();
  for (let i = 0; i < lines.count; i++) {
    const strong = (lines.weight[i] as number) >= CONCERNED;
    if (lines.key[i] === state.hoverKey && strong) queries.add(lines.query[i] as number);
  }
  return { ...base, query: null, rows, queries, keys: new Set([state.hoverKey]) };
}

function reaching(rows: readonly Float32Array[], limit: number): Set<number> {
  const found = new Set<number>();
  for (const row of rows) {
    for (const [key, weight] of row.entries()) if (weight >= limit) found.add(key);
  }
  return found;
}

/** For each head, the mean of its rows over a range of queries. */
export function meanRows(
  attention: LayerAttention,
  heads: readonly number[],
  queries: Range,
): Float32Array[] {
  const count = Math.max(1, queries.end - queries.first);
  return heads.map((head) => {
    const sum = new Float64Array(attention.keys);
    for (let query = queries.first; query < queries.end; query++) {
      const row = attention.row(head, query);
      for (let key = 0; key < sum.length; key++)
        sum[key] = (sum[key] as number) + (row[key] as number);
    }
    return Float32Array.from(sum, (value) => value / count);
  });
}

export interface Strong {
  key: number;
  mean: number;
  /** The head that gives this key most, as its place among those that are on. */
  slot: number;
  weight: number;
}

/** The keys with the largest mean over the heads, strongest first. */
export function strongestKeys(rows: readonly Float32Array[], most: number): Strong[] {
  const keys = rows[0]?.length ?? 0;
  const all: Strong[] = [];
  for (let key = 0; key < keys; key++) {
    let sum = 0;
    let slot = 0;
    for (const [place, row] of rows.entries()) {
      sum += row[key] as number;
      if ((row[key] as number) > ((rows[slot] as Float32Array)[key] as number)) slot = place;
    }
    const weight = (rows[slot] as Float32Array)[key] as number;
    if (sum > 0) all.push({ key, mean: sum / rows.length, slot, weight });
  }
  return all.sort((a, b) => b.mean - a.mean).slice(0, most);
}
