/** Which query and which keys the neuron view shows. */

import { FLAG, type TokenTable } from "../../payload/schema";

/** The pinned token, else the first that is not special. */
export function queryOf(token: number | null, queries: TokenTable): number {
  if (token !== null) return Math.min(token, queries.label.length - 1);
  const first = queries.flags.findIndex((flags) => (flags & FLAG.special) === 0);
  return Math.max(0, first);
}

/** Rows of the choice "strongest". */
export const STRONGEST = 12;

/** Keys from top to bottom: all in the order of the text, or the strongest first. */
export function rowsOf(weight: Float32Array, which: "all" | "strongest"): number[] {
  const keys = Array.from(weight.keys());
  if (which === "all") return keys;
  return keys
    .sort((a, b) => (weight[b] as number) - (weight[a] as number) || a - b)
    .slice(0, STRONGEST)
    .filter((key) => (weight[key] as number) > 0);
}

/** So many keys fit on a sheet of paper. */
export const PRINTED = 44;

/** The rows that go on paper: the strongest of those shown, in the order in which they are shown. */
export function printedRows(weight: Float32Array, rows: readonly number[]): number[] {
  const order = [...rows].sort((a, b) => (weight[b] as number) - (weight[a] as number) || a - b);
  const kept = new Set(order.slice(0, PRINTED));
  return rows.filter((key) => kept.has(key));
}

/** The row of a key, or null where the key is not among them. */
export function rowOf(key: number | null, rows: readonly number[]): number | null {
  const row = key === null ? -1 : rows.indexOf(key);
  return row < 0 ? null : row;
}
