/** The row of controls that hold for the whole page: kind, texts, units, hide, lines from, find. */

import { BY, type By, type Hide, type Texts } from "../attention/choice";
import { hasWords } from "../attention/units";
import { KINDS, type Kind, type TokenTable, type TracePayload } from "../payload/schema";
import { choiceOf, type State } from "../state/state";
import type { Strings } from "../text/strings";
import { el } from "./dom";
import type { Find } from "./find";
import { hideControl } from "./hide";
import { segmented } from "./segmented";
import { textsControl } from "./texts";
import type { Threshold } from "./threshold";

export interface Controls {
  element: HTMLElement;
  /** @param trace With all its tokens, whatever is left out of view. */
  update(state: State, trace: TracePayload): void;
}

export function controls(
  strings: Strings,
  parts: { threshold: Threshold; find: Find },
  choose: {
    kind(kind: Kind): void;
    texts(texts: Texts | null): void;
    by(by: By): void;
    hide(hide: readonly Hide[]): void;
  },
  /** On a page of the neuron view alone there is nothing to choose. */
  neuronsOnly: boolean,
): Controls {
  const slot = el("div", { class: "labelled kind" });
  const units = segmented(
    strings.by,
    BY.map((value) => ({ value, label: strings.bys[value], title: strings.byMeaning[value] })),
    choose.by,
  );
  const texts = textsControl(strings.choice, choose.texts);
  const hide = hideControl(strings.choice, choose.hide);
  const by = el("div", { class: "labelled by" }, units.element);
  const element = el(
    "section",
    { class: "controls", "aria-label": strings.controls },
    slot,
    ...(neuronsOnly ? [] : [texts.element, by, hide.element]),
    parts.threshold.element,
    el("div", { class: "controls-end" }, parts.find.element),
  );
  let shown: TracePayload | null = null;
  let kinds: ReturnType<typeof segmented<Kind>> | null = null;
  return {
    element,
    update(state, trace) {
      if (trace !== shown) {
        shown = trace;
        const has = new Set(trace.groups.map((group) => group.kind));
        const options = KINDS.filter((kind) => has.has(kind)).map((value) => ({
          value,
          label: strings.kinds[value],
        }));
        slot.hidden = options.length < 2;
        kinds = segmented(strings.kind, options, choose.kind);
        slot.replaceChildren(el("span", { class: "label" }, strings.kind), kinds.element);
      }
      kinds?.select(state.kind);
      const group = trace.groups.find((one) => one.kind === state.kind);
      const queries = trace.tokens[group?.queries ?? 0] as TokenTable;
      const keys = trace.tokens[group?.keys ?? 0] as TokenTable;
      const choice = choiceOf(state);
      const off = state.pane === "neuron" ? strings.choice.neurons : null;
      texts.update(choice.texts, queries, keys, off);
      units.select(choice.by);
      units.disable(off);
      by.hidden = !hasWords(queries) && !hasWords(keys);
      hide.update(choice, { queries, keys, sinks: group?.sinks ?? [], off });
      parts.threshold.element.hidden = state.pane !== "head";
    },
  };
}
