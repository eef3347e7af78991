/** What both directions of the head view share when they are laid out. No element is touched here. */

import { originOf, textsOf } from "../../attention/units";
import type { Label, LabelFont, Measure } from "../../draw/labels";
import { layLabel } from "../../draw/labels";
import type { Range } from "../../draw/lines";
import type { TokenTable } from "../../payload/schema";
import { tokenText } from "../../text/tokens";

/** A token's place along the text: its middle, and the stretch that belongs to it. */
export interface Spot {
  middle: number;
  start: number;
  end: number;
}

export interface Row {
  table: TokenTable;
  labels: Label[];
  spots: Spot[];
  /** Runs of tokens that make up one word. */
  words: Range[];
  /** Names and stretches of the texts of a pair; empty for one text. */
  texts: { name: string; range: Range }[];
}

export interface Room {
  queries: TokenTable;
  keys: TokenTable;
  width: number;
  height: number;
  /** Heads that are on. */
  heads: number;
  inline: boolean;
  /** What queries and keys are, where they are two texts of cross-attention. */
  sides: { queries: string; keys: string } | null;
  /** Whether the drawing stands in the middle of its room, or at its left. */
  centred: boolean;
  /** Whether room is kept for bars, which appear with a selection. */
  bars: boolean;
  measure: Measure;
}

/** Runs of two or more neighbours with the same word. */
export function wordRuns(table: TokenTable): Range[] {
  const runs: Range[] = [];
  const { word } = table;
  let first = 0;
  for (let i = 1; i <= word.length; i++) {
    if (i < word.length && word[i] !== null && word[i] === word[first]) continue;
    if (i - first > 1) runs.push({ first, end: i });
    first = i;
  }
  return runs;
}

/** The stretches of text A and B. Added tokens go with what stands before them. */
export function textRuns(table: TokenTable): { name: string; range: Range }[] {
  const firsts = table.segments.map((_, segment) => table.segment.indexOf(segment));
  const runs: { name: string; range: Range }[] = [];
  for (const [segment, first] of firsts.entries()) {
    if (first < 0) continue;
    // Added tokens in front belong to the first text, those behind a text to it.
    const previous = runs.at(-1);
    if (previous !== undefined) previous.range.end = first;
    runs.push({
      name: table.segments[segment] ?? "",
      range: { first: previous === undefined ? 0 : first, end: table.segment.length },
    });
  }
  // Where one text of a pair is chosen, it keeps its name.
  return textsOf(originOf(table).table).length > 1 ? runs : [];
}

export function labelsOf(
  table: TokenTable,
  style: LabelFont,
  measure: Measure,
  room: number,
): Label[] {
  return table.label.map((_, i) => layLabel(tokenText(table, i), style, measure, room));
}

/** The tokens of which any part lies between two places along the text. */
export function between(spots: readonly Spot[], from: number, to: number): Range {
  const first = search(spots, (spot) => spot.end > from);
  const end = search(spots, (spot) => spot.start >= to);
  return { first: Math.min(first, end), end };
}

/** The stretches of neighbours in a range that pass. */
export function runs({ first, end }: Range, passes: (index: number) => boolean): Range[] {
  const found: Range[] = [];
  for (let i = first; i < end; i++) {
    if (!passes(i)) continue;
    const last = found.at(-1);
    if (last !== undefined && last.end === i) last.end = i + 1;
    else found.push({ first: i, end: i + 1 });
  }
  return found;
}

/** The token at a place along the text, or null beside all. */
export function spotAt(spots: readonly Spot[], place: number): number | null {
  const index = search(spots, (spot) => spot.end > place);
  const spot = spots[index];
  return spot !== undefined && place >= spot.start ? index : null;
}

/** The first spot that passes; all after it pass too. */
function search(spots: readonly Spot[], passes: (spot: Spot) => boolean): number {
  let low = 0;
  let high = spots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(spots[middle] as Spot)) high = middle;
    else low = middle + 1;
  }
  return low;
}
