/** The rows of what is in view, which a long text takes several frames to compute. */

import type { LayerAttention } from "../../attention/source";
import type { Lines, Range } from "../../draw/lines";

/** What was worked out for one layout, layer, choice of heads, threshold and scroll. */
export interface Prepared {
  name: string;
  /** Whether all rows in view are in; of a long text they are computed over several frames. */
  complete: boolean;
  attention: LayerAttention;
  queries: Range;
  lines: Lines;
  means: Float32Array[] | null;
}

/** Milliseconds of one frame that go into rows; the others are drawn with the next frames. */
const SLICE = 12;
/** Computes the rows of a range, query by query, for a part of a frame; returns the end of those that are
 *  there. One is always taken in, so that every frame goes on. */
export function computed(
  attention: LayerAttention,
  heads: readonly number[],
  { first, end }: Range,
): number {
  const until = performance.now() + SLICE;
  for (let query = first; query < end; query++) {
    for (const head of heads) attention.row(head, query);
    if (performance.now() > until) return query + 1;
  }
  return end;
}
