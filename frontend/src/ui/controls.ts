/** The row of controls that hold for the whole page: kind, units, lines from, find. */

import { BY, type By, hasFunctionWords } from "../attention/units";
import { KINDS, type Kind, type TracePayload } from "../payload/schema";
import type { State } from "../state/state";
import type { Strings } from "../text/strings";
import { el } from "./dom";
import type { Find } from "./find";
import { segmented } from "./segmented";
import type { Threshold } from "./threshold";

export interface Controls {
  element: HTMLElement;
  update(state: State, trace: TracePayload): void;
}

export function controls(
  strings: Strings,
  parts: { threshold: Threshold; find: Find },
  choose: { kind(kind: Kind): void; by(by: By): void; content(content: boolean): void },
): Controls {
  const slot = el("div", { class: "labelled kind" });
  const units = segmented(
    strings.by,
    BY.map((value) => ({ value, label: strings.bys[value], title: strings.byMeaning[value] })),
    choose.by,
  );
  const box = el("input", { type: "checkbox" });
  box.addEventListener("change", () => choose.content(box.checked));
  const content = el(
    "label",
    { class: "labelled content", title: strings.contentMeaning },
    box,
    el("span", {}, strings.content),
  );
  const by = el("div", { class: "labelled by" }, units.element);
  const element = el(
    "section",
    { class: "controls", "aria-label": strings.controls },
    slot,
    by,
    content,
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
      units.select(state.by);
      box.checked = state.content;
      // Neurons belong to tokens.
      by.hidden = state.pane === "neuron";
      content.hidden = state.by !== "word" || !trace.tokens.some(hasFunctionWords);
      parts.threshold.element.hidden = state.pane === "neuron";
    },
  };
}
