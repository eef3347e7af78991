/** Lines from queries to keys: which ones, where they run, and how strong they look. */

import type { LayerAttention } from "../attention/source";
import { headColour, headDash, type Theme } from "./colour";
import type { Pen } from "./pen";

/** More than this many lines are neither told apart nor drawn in time. */
export const MOST_LINES = 10_000;

/** Lines in parallel arrays, weakest first, so that painting them in order leaves strong ones on top. */
export interface Lines {
  count: number;
  head: Uint16Array;
  query: Uint32Array;
  key: Uint32Array;
  weight: Float32Array;
  /** Pairs looked at, their mass, the mass of the lines, and the largest weight of all. */
  pairs: number;
  mass: number;
  carried: number;
  largest: number;
  /** Whether weaker lines above the threshold were left out. */
  capped: boolean;
}

/** A range of tokens: from `first` up to, not including, `end`. */
export interface Range {
  first: number;
  end: number;
}

/** All lines from the queries of a range whose weight reaches the threshold; the strongest `most`. */
export function collectLines(
  attention: LayerAttention,
  heads: readonly number[],
  queries: Range,
  threshold: number,
  most = MOST_LINES,
): Lines {
  const found: number[] = [];
  const weights: number[] = [];
  const { keys } = attention;
  const rows = queries.end - queries.first;
  let mass = 0;
  let largest = 0;
  for (const [slot, head] of heads.entries()) {
    for (let query = queries.first; query < queries.end; query++) {
      const row = attention.row(head, query);
      const base = (slot * rows + query - queries.first) * keys;
      for (let key = 0; key < keys; key++) {
        const weight = row[key] as number;
        mass += weight;
        if (weight > largest) largest = weight;
        if (weight >= threshold && weight > 0) {
          found.push(base + key);
          weights.push(weight);
        }
      }
    }
  }
  const order = Uint32Array.from(found.keys()).sort(
    (a, b) => (weights[a] as number) - (weights[b] as number),
  );
  const kept = order.length > most ? order.subarray(order.length - most) : order;
  const lines: Lines = {
    count: kept.length,
    head: new Uint16Array(kept.length),
    query: new Uint32Array(kept.length),
    key: new Uint32Array(kept.length),
    weight: new Float32Array(kept.length),
    pairs: heads.length * rows * keys,
    mass,
    carried: 0,
    largest,
    capped: kept.length < order.length,
  };
  for (const [i, place] of kept.entries()) {
    const at = found[place] as number;
    const line = Math.floor(at / keys);
    lines.key[i] = at % keys;
    lines.query[i] = queries.first + (line % rows);
    lines.head[i] = heads[Math.floor(line / rows)] as number;
    lines.weight[i] = weights[place] as number;
    lines.carried += weights[place] as number;
  }
  return lines;
}

export function lineAlpha(weight: number): number {
  return 0.05 + 0.95 * weight ** 0.65;
}

/** In CSS pixels. */
export function lineWidth(weight: number): number {
  return 0.75 + 2.4 * Math.sqrt(weight);
}

/** How far from the middle of a token the line of head `slot` of `heads` begins, where tokens follow
 *  each other every `pitch` pixels. */
export function headOffset(slot: number, heads: number, pitch: number): number {
  const spread = Math.min(pitch / 2, 2.2 * heads);
  return heads < 2 ? 0 : ((slot + 0.5) / heads - 0.5) * spread;
}

/** Where lines run, as a view has laid it out. */
export interface LinePlaces {
  /** Lines run from left to right (tokens stand one below the other), or from above to below. */
  sideways: boolean;
  /** Where all lines begin and end, along the direction in which they run. */
  from: number;
  to: number;
  /** Middles of the tokens, across that direction. */
  query(query: number): number;
  key(key: number): number;
  /** Offset of a head's line at a token. */
  offset(head: number): number;
}

export interface LineLook {
  theme: Theme;
  /** Factor on every line's opacity. */
  alpha: number;
  /** One width for all lines; null for the width that belongs to the weight. */
  width: number | null;
}

/** Draws lines in their order; `only` leaves out those it refuses. */
export function paintLines(
  context: Pen,
  lines: Lines,
  places: LinePlaces,
  look: LineLook,
  only: (query: number, key: number) => boolean = () => true,
): void {
  const { sideways, from, to } = places;
  const middle = (from + to) / 2;
  let head = -1;
  let offset = 0;
  context.save();
  context.lineCap = "butt";
  for (let i = 0; i < lines.count; i++) {
    const query = lines.query[i] as number;
    const key = lines.key[i] as number;
    if (!only(query, key)) continue;
    if (lines.head[i] !== head) {
      head = lines.head[i] as number;
      offset = places.offset(head);
      context.strokeStyle = headColour(look.theme, head);
      context.setLineDash(headDash(head));
    }
    const weight = lines.weight[i] as number;
    const a = places.query(query) + offset;
    const b = places.key(key) + offset;
    context.globalAlpha = Math.min(1, lineAlpha(weight) * look.alpha);
    context.lineWidth = look.width ?? lineWidth(weight);
    context.beginPath();
    if (sideways) {
      context.moveTo(from, a);
      context.bezierCurveTo(middle, a, middle, b, to, b);
    } else {
      context.moveTo(a, from);
      context.bezierCurveTo(a, middle, b, middle, b, to);
    }
    context.stroke();
  }
  context.restore();
}
