/**
 * The exact map and numbers of single heads, row by row in the background.
 *
 * The head that is shown comes first, the others of its layer follow (they are the thin ticks beside
 * its numbers). A scan that was broken off goes on where it stopped when its head comes up again.
 */

import type { LayerAttention } from "../../attention/source";
import { type ByteMap, emptyMap, poolRow } from "../../draw/heatmap";
import { type HeadMetrics, type Meter, meter, type RowFacts } from "./metrics";

/** Cells a side of a kept map: 232 px on a screen of two device pixels a CSS pixel. */
const FINEST = 464;
/** Maps kept; the numbers are small and kept for all. */
const MAPS = 48;
/** Multiplications that the other heads of a layer may cost, some ten seconds in the background. */
const BUDGET = 5e9;

export interface HeadScan {
  /** null once the map was let go to save memory. */
  map: ByteMap | null;
  /** null until every row is in. */
  metrics: HeadMetrics | null;
  /** The map is there and whole. */
  complete: boolean;
}

interface Running extends HeadScan {
  /** The row to take in next; all are in when it reaches the number of queries. */
  next: number;
  meter: Meter;
}

export interface Scanner {
  /** The scan of a head where it has begun. */
  of(layer: number, head: number): HeadScan | undefined;
  /** One piece of work for a layer, `head` first, then the others; false when nothing is left to do. */
  step(layer: number, attention: LayerAttention, head: number, others: boolean): boolean;
}

/** Whether the other heads are measured too, or would take too long. */
export function affordable(attention: LayerAttention): boolean {
  return attention.layer.heads * attention.queries * attention.rowCost <= BUDGET;
}

export function scanner(facts: RowFacts): Scanner {
  const scans = new Map<string, Running>();

  function begin(attention: LayerAttention, key: string): Running {
    const map = emptyMap(Math.min(FINEST, attention.queries), Math.min(FINEST, attention.keys));
    const metrics = scans.get(key)?.metrics ?? null;
    const scan: Running = { map, metrics, complete: false, next: 0, meter: meter(facts) };
    // Taken out first, so that the order of the entries is the order of their last use.
    scans.delete(key);
    scans.set(key, scan);
    return scan;
  }

  function letGo(): void {
    const withMap = [...scans].filter(([, scan]) => scan.map !== null);
    for (const [key, scan] of withMap.slice(0, Math.max(0, withMap.length - MAPS))) {
      if (scan.metrics === null) scans.delete(key);
      scan.map = null;
      scan.complete = false;
    }
  }

  /** Takes in one row; false when the head needs no more. */
  function advance(
    layer: number,
    attention: LayerAttention,
    head: number,
    shown: boolean,
  ): boolean {
    const key = `${layer}:${head}`;
    let scan = scans.get(key);
    if (scan !== undefined && (shown ? scan.complete : scan.metrics !== null)) return false;
    if (scan === undefined || scan.map === null) {
      scan = begin(attention, key);
      letGo();
    }
    const row = attention.row(head, scan.next);
    if (scan.map !== null) poolRow(scan.map, row, scan.next, attention.queries);
    scan.meter.add(scan.next, row);
    scan.next += 1;
    if (scan.next === attention.queries) {
      scan.metrics = scan.meter.result();
      scan.complete = true;
    }
    return true;
  }

  return {
    of: (layer, head) => scans.get(`${layer}:${head}`),
    step(layer, attention, head, others) {
      if (advance(layer, attention, head, true)) return true;
      if (!others) return false;
      for (let other = 0; other < attention.layer.heads; other++)
        if (advance(layer, attention, other, false)) return true;
      return false;
    },
  };
}
