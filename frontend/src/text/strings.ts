/** The page's own words, in every language it speaks. */

import type { By } from "../attention/units";
import type { Kind } from "../payload/schema";
import { EN } from "./en";
import type { HelpWords } from "./help";
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
  /** What the marks on a token mean. */
  marks: { unknown: string; approx: string; part(k: number, n: number): string };
  /** Controls. */
  controls: string;
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
  /** Spoken of the head view; `pinned` is the token that is pinned. */
  drawing(layer: number, heads: readonly number[], pinned: string | null): string;
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
  offline: string;
  failed(message: string): string;
  /** On paper: which part of a long text it shows, in the head view and in the neuron view. */
  printedQueries(first: number, last: number, of: string): string;
  printedKeys(rows: number, of: number): string;
  model: ModelWords;
  neuron: NeuronWords;
  /** Bubbles and the sheet behind `?`. */
  guide: HelpWords;
}

/** The language of the page: as asked for, else the browser's. */
export function strings(lang: "en" | "ja" | null): Strings {
  const wanted = lang ?? (navigator.language.startsWith("ja") ? "ja" : "en");
  return wanted === "ja" ? JA : EN;
}
