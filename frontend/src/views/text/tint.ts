/** What the text is tinted by: whose weights, and in which colour. */

import type { TraceSource } from "../../attention/source";
import { headColour, type Theme } from "../../draw/colour";
import { loadedLayer } from "../../state/loaded";
import type { State } from "../../state/state";
import type { Weights } from "./count";
import type { Focus } from "./focus";

/** The stop of the weight ramp for what belongs to no single head. */
const MANY_HEADS = 5;

export function colourOf({ over, head }: Pick<State, "over" | "head">, theme: Theme): string {
  return over === "head" ? headColour(theme, head) : (theme.weights[MANY_HEADS] as string);
}

/** Means are tinted as they are. */
export function powerOf(focus: Focus): number | undefined {
  return focus.selected === null ? 1 : undefined;
}

/** The weights of one head, of all heads of a layer, or of the rollout; null where they are not loaded. */
export function weightsOf(source: TraceSource, state: State): Weights | null {
  const { kind, over, head } = state;
  const attention = over === "rollout" ? source.rolledOut(kind) : loadedLayer(source, state);
  if (attention === undefined) return null;
  if (over === "rollout") return { attention, heads: [0] };
  const all = Array.from({ length: attention.layer.heads }, (_, each) => each);
  return { attention, heads: over === "head" ? [head] : all };
}
