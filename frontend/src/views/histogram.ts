/** How much of the attention lies at each weight, for the bars behind the slider of lines. */

import { choiceName } from "../attention/choice";
import { loadedLayer } from "../state/loaded";
import { choiceOf, type State } from "../state/state";
import { massHistogram } from "../ui/threshold";
import type { Sources } from "./sources";

/** Milliseconds from a drawing to the histogram beside it. */
const COUNT_AFTER = 60;

export interface Histogram {
  /** It looks at as many rows as the drawing itself, so it comes after it; until then the last one stays. */
  of(state: State): Float64Array | null;
  stop(): void;
}

/** @param counted Called when there is a new one. */
export function createHistogram(
  sources: Sources,
  counted: (bins: Float64Array) => void,
): Histogram {
  let last: { name: string; bins: Float64Array } | null = null;
  let counting: ReturnType<typeof setTimeout> | undefined;
  return {
    of(state) {
      const attention = loadedLayer(sources.shown(state), state);
      if (attention === undefined) return null;
      const name = `${state.trace} ${state.kind} ${choiceName(choiceOf(state))} ${state.layer} ${state.heads.join()}`;
      if (last?.name !== name) {
        clearTimeout(counting);
        counting = setTimeout(() => {
          const bins = massHistogram(attention, state.heads);
          last = { name, bins };
          counted(bins);
        }, COUNT_AFTER);
      }
      return last?.bins ?? null;
    },
    stop: () => clearTimeout(counting),
  };
}
