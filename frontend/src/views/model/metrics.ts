/**
 * What one head does, in four numbers that a formula on a blackboard gives.
 *
 * Each is a mean over queries of a sum over keys, so a head is taken in row by row: a long text never
 * needs its whole matrix, and the work can stop between any two rows.
 *
 * - entropy:  −Σ w ln w, in nats, divided by ln(number of keys): 0 one key takes all, 1 all alike
 * - distance: Σ w |query − key|, in tokens; only where queries and keys are the same text
 * - special:  Σ w over special and added tokens
 * - other:    Σ w over the other text of a pair, over the queries that belong to a text
 */

import { FLAG, type TokenTable } from "../../payload/schema";

export const METRICS = ["entropy", "distance", "special", "other"] as const;
export type Metric = (typeof METRICS)[number];

/** null where the number has no meaning for this text. */
export type HeadMetrics = Record<Metric, number | null>;

/** Of a head whose rows are not all there. */
export const UNKNOWN: HeadMetrics = { entropy: null, distance: null, special: null, other: null };

export interface RowFacts {
  keys: number;
  /** The query and key tables are one and the same. */
  same: boolean;
  special: readonly boolean[];
  /** Segment of each query and key; null in place of the lists where there is no pair. */
  segments: { query: readonly (number | null)[]; key: readonly (number | null)[] } | null;
}

export function rowFacts(queries: TokenTable, keys: TokenTable): RowFacts {
  const same = queries === keys;
  const pair = same && keys.segment.some((segment) => segment === 1);
  return {
    keys: keys.label.length,
    same,
    special: keys.flags.map((flags) => (flags & FLAG.special) !== 0),
    segments: pair ? { query: queries.segment, key: keys.segment } : null,
  };
}

export interface Meter {
  add(query: number, weights: ArrayLike<number>): void;
  result(): HeadMetrics;
}

export function meter(facts: RowFacts): Meter {
  const { keys, same, special, segments } = facts;
  const anySpecial = special.includes(true);
  let rows = 0;
  let placed = 0;
  const sum = { entropy: 0, distance: 0, special: 0, other: 0 };
  return {
    add(query, weights) {
      const own = segments?.query[query] ?? null;
      rows += 1;
      if (own !== null) placed += 1;
      for (let key = 0; key < keys; key++) {
        const weight = weights[key] as number;
        if (!(weight > 0)) continue;
        sum.entropy -= weight * Math.log(weight);
        sum.distance += weight * Math.abs(query - key);
        if (special[key]) sum.special += weight;
        if (own !== null && segments?.key[key] === 1 - own) sum.other += weight;
      }
    },
    result: () => ({
      entropy: keys > 1 && rows > 0 ? sum.entropy / rows / Math.log(keys) : null,
      distance: same && rows > 0 ? sum.distance / rows : null,
      special: anySpecial && rows > 0 ? sum.special / rows : null,
      other: placed > 0 ? sum.other / placed : null,
    }),
  };
}
