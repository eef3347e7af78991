/** What the person has chosen. Views are functions of the payload and this. */

import type { By } from "../attention/units";
import type { Kind } from "../payload/schema";

export const PANE_NAMES = ["head", "neuron"] as const;
export type PaneName = (typeof PANE_NAMES)[number];

export const ORIENTATIONS = ["vertical", "horizontal"] as const;
export type Orientation = (typeof ORIENTATIONS)[number];

export const NEURON_ORDERS = ["index", "contribution"] as const;
export type NeuronOrder = (typeof NEURON_ORDERS)[number];

export interface State {
  /** Which text. */
  trace: number;
  kind: Kind;
  /** What rows and columns stand for: token, hover and hoverKey are indices of these. */
  by: By;
  /** Whether words leave particles and auxiliaries out. */
  content: boolean;
  layer: number;
  /** Heads that are switched on in the head view, ascending. */
  heads: number[];
  /** The one head that the enlarged map and the neuron view show. */
  head: number;
  /** The pinned query token, or null. */
  token: number | null;
  /** The query token under the pointer or the keyboard's cursor, or null. */
  hover: number | null;
  /** The key token under the pointer, or null. */
  hoverKey: number | null;
  /** Lines below this weight are not drawn. */
  threshold: number;
  /** null: the view decides by the script of the text. */
  orientation: Orientation | null;
  /** Text to look for among the tokens. */
  find: string;
  /** What stands right of the model view on an explore page. */
  pane: PaneName;
  /** Neurons in the neuron view: as in the model, or by their spread over the keys. */
  neurons: NeuronOrder;
}

export type Listener = (state: State, previous: State) => void;

export interface Store {
  get(): State;
  /** Changes some fields; listeners run once, in the next animation frame, with the last state. */
  set(change: Partial<State>): void;
  /** Returns the function that ends it. */
  subscribe(listener: Listener): () => void;
}
