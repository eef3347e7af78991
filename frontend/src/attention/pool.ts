/** Sums over keys and means over queries, of which everything that is chosen is made. */

/** A row of weights in any kind of array. */
export type Row = { readonly [key: number]: number };

/** The mean over rows of their sums over some keys. */
export function meanOver(rows: readonly Row[], keys: readonly number[]): number {
  let sum = 0;
  for (const row of rows) for (const key of keys) sum += row[key] as number;
  return sum / rows.length;
}
