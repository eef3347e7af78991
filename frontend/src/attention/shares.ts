/** How much attention a choice leaves out, so that the page can say so in numbers. */

import { meanOver } from "./pool";
import type { LayerAttention } from "./source";
import type { Sides } from "./units";

/** Rows of a long text are sampled: about so many multiplications are spent. */
const COST = 25e6;
const ROWS = { least: 4, exact: 500_000 };

export interface Mass {
  /** Share of the attention of the queries in view that falls on the chosen texts' keys. */
  inTexts: number;
  /** Share of that which falls on hidden keys. */
  hidden: number;
  /** Rows that had weight only on what is hidden. */
  empty: number;
  /** Whether every row was looked at, or some evenly spread ones. */
  exact: boolean;
}

/** All rows of a short text; else as many as cost little. A row of units costs that of all their tokens. */
function rowsToTake(base: LayerAttention, { queries }: Sides, heads: number): number {
  const { length } = queries.units;
  const tokens = queries.units.reduce((sum, unit) => sum + unit.length, 0);
  if (tokens * base.keys * heads <= ROWS.exact) return length;
  const each = Math.max(1, (base.rowCost * heads * tokens) / Math.max(1, length));
  return Math.min(length, Math.max(ROWS.least, Math.floor(COST / each)));
}

export function massOf(base: LayerAttention, sides: Sides, heads: readonly number[]): Mass {
  const queries = sides.queries.units;
  const count = rowsToTake(base, sides, heads.length);
  const every = Array.from({ length: base.keys }, (_, key) => key);
  const shown = sides.keys.units.flat();
  const sums = { all: 0, text: 0, shown: 0, empty: 0 };
  for (let i = 0; i < count; i++) {
    const tokens = queries[Math.floor((i * queries.length) / count)] as number[];
    for (const head of heads) {
      const rows = tokens.map((token) => base.row(head, token));
      const text = meanOver(rows, sides.keys.text);
      const left = meanOver(rows, shown);
      sums.all += meanOver(rows, every);
      sums.text += text;
      sums.shown += left;
      if (text > 0 && !(left > 0)) sums.empty += 1;
    }
  }
  return {
    inTexts: sums.all > 0 ? sums.text / sums.all : 0,
    hidden: sums.text > 0 ? Math.max(0, 1 - sums.shown / sums.text) : 0,
    empty: sums.empty,
    exact: count === queries.length,
  };
}
