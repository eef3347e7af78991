/** What the status line says of the neuron view. */

import type { Layer } from "../../payload/schema";
import type { NeuronWords } from "../../text/neuron";
import { count, percent } from "../../text/number";
import { type Anatomy, biased } from "./anatomy";

/** The query heads that read the same keys as `head`: `8–11`; null where each has its own. */
export function sharing(layer: Layer, head: number): { keyHead: number; heads: string } | null {
  const each = layer.heads / layer.keyHeads;
  if (each <= 1) return null;
  const keyHead = Math.floor(head / each);
  return { keyHead, heads: `${keyHead * each}–${(keyHead + 1) * each - 1}` };
}

export function sentences(
  layer: Layer,
  head: number,
  anatomy: Anatomy,
  words: NeuronWords["status"],
): string[] {
  const { weight, bias } = anatomy.steps;
  const said = [words.adds];
  const hidden = bias.reduce((sum, value) => sum + (value === -Infinity ? 1 : 0), 0);
  if (Object.values(layer.bias).every((part) => part === null)) said.push(words.noBias);
  // A mask alone may be kept as a number per pair, too.
  for (const form of ["relative", "perKey", "dense"] as const)
    if (layer.bias[form] !== null && biased(anatomy.steps)) said.push(words.bias[form]);
  if (hidden > 0) said.push(words.masked(count(hidden)));
  if (layer.sinks !== null) {
    const kept = weight.reduce((sum, value) => sum + value, 0);
    said.push(words.sink(percent(Math.max(0, 1 - kept))));
  }
  if (layer.rotary) said.push(words.rotary);
  const shared = sharing(layer, head);
  if (shared !== null) said.push(words.grouped(shared.keyHead, shared.heads));
  said.push(words.scales);
  return said;
}

/** How much of the attention the rows carry; empty where they are all. */
export function carried(anatomy: Anatomy, rows: readonly number[], words: NeuronWords): string {
  if (rows.length === anatomy.keys) return "";
  const { weight } = anatomy.steps;
  const sum = rows.reduce((total, key) => total + (weight[key] as number), 0);
  return words.carried(rows.length, count(anatomy.keys), percent(sum));
}
