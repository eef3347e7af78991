/** The layer that a state names, as far as the state shows it. */

import type { LayerAttention, TraceSource } from "../attention/source";
import { headsInView, type State } from "./state";

/** The heads whose weights are shown somewhere: the enlarged one is always. */
function headsShown(source: TraceSource, state: State): number[] {
  const count = source.group(state.kind).layers[state.layer]?.heads ?? 0;
  return [...new Set([...headsInView(state, count), state.head])];
}

/** undefined while one of them is not there. */
export function loadedLayer(source: TraceSource, state: State): LayerAttention | undefined {
  return source.loaded(state.kind, state.layer, headsShown(source, state));
}

export function loadLayer(source: TraceSource, state: State): Promise<LayerAttention> {
  return source.layer(state.kind, state.layer, headsShown(source, state));
}
