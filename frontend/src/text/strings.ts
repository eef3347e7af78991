/** The page's own words, in every language it speaks. */

import type { By } from "../attention/units";
import type { Kind } from "../payload/schema";
import { EN } from "./en";
import { JA } from "./ja";
import type { ModelWords } from "./model";
import type { NeuronWords } from "./neuron";

export interface Strings {
  lang: "en" | "ja";
  /** Header. */
  layersHeads(layers: number, heads: number): string;
  dHead(size: number): string;
  tokens(count: string): string;
  text: string;
  copyLink: string;
  copied: string;
  help: string;
  /** Left column: what a key does; right column: the key. */
  /** What the marks on a token mean. */
  marks: { unknown: string; approx: string; part(k: number, n: number): string };
  /** The marks by example, for the help panel: classes of the sample, its text, what it means. */
  legend: readonly [string, string, string][];
  keys: readonly (readonly [string, string])[];
  /** Controls. */
  kind: string;
  kinds: Record<Kind, string>;
  by: string;
  bys: Record<By, string>;
  byMeaning: Record<By, string>;
  /** Who found the words, by name, and what to say of a script whose dictionary is missing. */
  finders(names: string): string;
  characters: string;
  content: string;
  contentMeaning: string;
  layer: string;
  layerBefore: string;
  layerAfter: string;
  head: string;
  headName(head: number): string;
  chip(head: number): string;
  linesFrom: string;
  linesFromMeaning: string;
  find: string;
  found(place: number, count: number): string;
  view: string;
  panes: Record<"head" | "neuron", string>;
  orientation: string;
  vertical: string;
  horizontal: string;
  fold: string;
  unfold: string;
  /** Head view. */
  query: string;
  key: string;
  mean: string;
  drawing(layer: number): string;
  loading(layer: number): string;
  empty(threshold: string, largest: string): string;
  emptyRemedy(threshold: string): string;
  strongest: string;
  strongestMean: string;
  tableCaption(token: string, layer: number): string;
  tableHint: string;
  /** Status line. `carried` is a share already written out; `inView` where the text scrolls. */
  carried(share: string, drawn: string, of: string, inView: boolean): string;
  capped(count: string): string;
  precision(vectors: boolean, error: string): string;
  /** Of a page that had no room for all weights. `layers` are the numbers of the complete ones. */
  covered(share: string, layers: readonly number[]): string;
  /** The same of the layer that is shown, where it is not complete; what its sums are of. */
  coveredLayer(layer: number, share: string, below: string): string;
  sumsOfKept: string;
  /** As `carried`, where the lines are held against what the file keeps. */
  carriedOfKept(share: string, drawn: string, inView: boolean): string;
  /** In place of a weight that the file does not hold. */
  notKept: string;
  /** Below a table that cannot list what is not kept. */
  tableKept(below: string | null): string;
  offline: string;
  failed(message: string): string;
  model: ModelWords;
  neuron: NeuronWords;
}

/** The language of the page: as asked for, else the browser's. */
export function strings(lang: "en" | "ja" | null): Strings {
  const wanted = lang ?? (navigator.language.startsWith("ja") ? "ja" : "en");
  return wanted === "ja" ? JA : EN;
}
