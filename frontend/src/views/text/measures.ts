/** Numbers of the text view: tints, strongest units, sums by sentence and by line. Pure functions. */

import type { TokenTable } from "../../payload/schema";

/** Weaker than this (of the strongest) nothing is tinted; from `underline` on a line is drawn too, so that
 *  strength survives grey print. */
const TINT = { power: 0.6, least: 0.24, underline: 0.52, light: 0.46, dark: 0.42 };

export type Values = ArrayLike<number>;

/** Strength of a weight beside the largest, from 0 to 1; 0 where it is too weak to be tinted.
 *
 *  @param power 1 for means, which differ less than the weights of one row: their root would tint all. */
export function strength(weight: number, largest: number, power = TINT.power): number {
  if (!(largest > 0) || !(weight > 0)) return 0;
  const t = Math.min(1, weight / largest) ** power;
  return t < TINT.least ? 0 : t;
}

export function tintAlpha(t: number, dark: boolean): number {
  return (dark ? TINT.dark : TINT.light) * t;
}

export function isUnderlined(t: number): boolean {
  return t >= TINT.underline;
}

/** The largest value of some units; 0 without any. */
export function largestOf(values: Values, units: Iterable<number>): number {
  let most = 0;
  for (const unit of units) most = Math.max(most, values[unit] ?? 0);
  return most;
}

export function sumOf(values: Values, units: Iterable<number>): number {
  let sum = 0;
  for (const unit of units) sum += values[unit] ?? 0;
  return sum;
}

/** The units with the largest values, strongest first, those of no weight left out. */
export function strongest(values: Values, units: readonly number[], most: number): number[] {
  return units
    .filter((unit) => (values[unit] ?? 0) > 0)
    .sort((a, b) => (values[b] as number) - (values[a] as number) || a - b)
    .slice(0, most);
}

/** What shares are shares of. A row is a distribution as it is; a column is not, so its shares are shares
 *  of its own sum. */
export function wholeOf(values: Values, units: Iterable<number>, column: boolean): number {
  return column ? Math.max(sumOf(values, units), 1e-12) : 1;
}

/** The sum of each sentence; empty where the text has none. */
export function bySentence(values: Values, table: TokenTable): Float64Array {
  let count = 0;
  for (const sentence of table.sentence) count = Math.max(count, (sentence ?? -1) + 1);
  const sums = new Float64Array(count);
  for (const [unit, sentence] of table.sentence.entries()) {
    if (sentence !== null) sums[sentence] = (sums[sentence] as number) + (values[unit] ?? 0);
  }
  return sums;
}

/** A part of a run on one line of text, and the share of its unit that lies there. */
export interface Part {
  line: number;
  units: readonly number[];
  share: number;
}

/** The sum of each line of text that counts; a unit on two lines is shared out by its width on each. */
export function byLine(
  values: Values,
  parts: readonly Part[],
  lines: number,
  counts: (line: number) => boolean = () => true,
): Float64Array {
  const sums = new Float64Array(lines);
  for (const { line, units, share } of parts) {
    if (counts(line)) sums[line] = (sums[line] as number) + share * sumOf(values, units);
  }
  return sums;
}
