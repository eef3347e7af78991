/** What the status line says of a file that had no room for all weights. */

import type { Missing } from "../attention/source";
import type { By } from "../attention/units";
import type { Group } from "../payload/schema";
import { limit, percent } from "./number";
import type { Strings } from "./strings";

/** The layers that a group holds whole. */
export function completeLayers(group: Group): number[] {
  return group.layers.flatMap((layer, number) => (layer.strongest === null ? number : []));
}

/** In place of a weight that is missing: `<.0017`. */
export function absent({ below }: Missing, words: Strings): string {
  return below === null ? words.notKept : `<${limit(below)}`;
}

/** Nothing where nothing is left out. */
export function coverageSentences(group: Group, number: number, by: By, words: Strings): string[] {
  const complete = completeLayers(group);
  if (complete.length === group.layers.length) return [];
  // Every query of every head hands out the same mass, so layers count by their heads.
  const heads = group.layers.reduce((sum, layer) => sum + layer.heads, 0);
  const kept = group.layers.reduce((sum, layer) => sum + layer.heads * layer.coverage, 0);
  const said = [words.covered(covered(kept / heads), complete)];
  const layer = group.layers[number];
  if (layer === undefined || layer.strongest === null) return said;
  said.push(words.coveredLayer(number, covered(layer.coverage), limit(layer.strongest.below)));
  if (by !== "token") said.push(words.sumsOfKept);
  return said;
}

/** Never rounded up to all of it. */
function covered(share: number): string {
  return percent(Math.floor(share * 1000) / 1000);
}
