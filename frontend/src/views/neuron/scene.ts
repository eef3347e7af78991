/** Everything that one drawing of the neuron view depends on. */

import type { Theme } from "../../draw/colour";
import type { Label, LabelFont, Measure } from "../../draw/labels";
import type { Layer } from "../../payload/schema";
import type { NeuronWords } from "../../text/neuron";
import type { Anatomy } from "./anatomy";
import type { NeuronLayout } from "./layout";

export interface Scene {
  layout: NeuronLayout;
  anatomy: Anatomy;
  layer: Layer;
  head: number;
  /** Neurons from left to right, keys from top to bottom. */
  neurons: readonly number[];
  rows: readonly number[];
  tops: Float64Array;
  queryLabel: Label;
  /** One entry a row. */
  labels: readonly Label[];
  style: LabelFont;
  measure: Measure;
  theme: Theme;
  words: NeuronWords;
  /** Language of the page's own words. */
  lang: string;
  /** Keys from this weight on are written in full ink. */
  threshold: number;
  /** Row and place among the neurons under the pointer or the keyboard's cursor. */
  row: number | null;
  neuron: number | null;
  scroll: number;
  /** Of the canvas, whose width is that of the layout. */
  height: number;
}

/** Whether the model hides a row's key from the query. */
export function masked(scene: Scene, row: number): boolean {
  return scene.anatomy.steps.bias[scene.rows[row] as number] === -Infinity;
}
