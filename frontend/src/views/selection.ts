/** What the controls and keys of the page do to the selection. */

import type { Choice } from "../attention/choice";
import { formOf } from "../attention/form";
import { sidesOf } from "../attention/units";
import type { Group, Kind, Payload } from "../payload/schema";
import { fitToTrace, placeOf, type Wish } from "../state/initial";
import { choiceOf, type PaneName, type State, type Store } from "../state/state";
import { findTokens } from "../text/tokens";
import { soloed, toggled } from "../ui/chips";
import { nextMatch } from "../ui/find";
import type { Sources } from "./sources";

/** Whether queries and keys came with any layer, which the neuron view takes apart. */
export function hasVectors(group: Group): boolean {
  return group.layers.some((layer) => formOf(layer) === "vectors");
}

export interface Selection {
  text(trace: number): void;
  kind(kind: Kind): void;
  pane(pane: PaneName): void;
  /** Another layer, so many further on. */
  layer(by: number): void;
  /** Another choice: what was pinned stays pinned, as the unit that it is part of, while that is shown. */
  choose(change: Partial<Choice> & Pick<Partial<State>, "pane">): void;
  toggle(head: number): void;
  solo(head: number): void;
  /** The next token that was found, or the one before. */
  go(back: boolean): void;
}

export function createSelection(payload: Payload, store: Store, sources: Sources): Selection {
  const elsewhere = { token: null, key: null, texts: null };

  /** Changes the selection and lets it fit what the page carries. */
  function wish(change: Wish): void {
    const now = store.get();
    const state = { ...now, ...sources.pinned(now), ...change };
    const trace = payload.traces[state.trace];
    // What was under the pointer may not be there any more.
    const passing = { hover: null, hoverKey: null };
    if (trace !== undefined)
      store.set({ trace: state.trace, ...fitToTrace(trace, state), ...passing });
  }

  function choose(change: Partial<Choice> & Pick<Partial<State>, "pane">): void {
    const state = store.get();
    const next = choiceOf({ ...state, ...change });
    const { trace } = sources.whole(state);
    const group = sources.whole(state).group(state.kind);
    const own = sidesOf(trace.tokens, group, choiceOf(state)).queries.units[state.token ?? -1];
    const all = sidesOf(trace.tokens, group, { ...next, hide: [], texts: null }).queries;
    const unit = all.units.findIndex(
      (unit) => own !== undefined && unit.includes(own[0] as number),
    );
    const token = placeOf(sidesOf(trace.tokens, group, next).queries, unit);
    store.set({ ...change, token, key: null, hover: null, hoverKey: null });
  }

  return {
    choose,
    text(trace) {
      if (trace !== store.get().trace) wish({ trace, ...elsewhere });
    },
    kind(kind) {
      if (kind !== store.get().kind) wish({ kind, ...elsewhere });
    },
    layer: (by) => wish({ layer: store.get().layer + by }),
    pane(pane) {
      if (pane !== "neuron" || hasVectors(sources.group(store.get()))) choose({ pane });
    },
    toggle(head) {
      const state = store.get();
      if (state.pane === "text") store.set({ head, over: "head" });
      else if (state.pane === "neuron") store.set({ head });
      else {
        const heads = toggled(state.heads, head);
        store.set({ heads, head: heads.includes(head) ? head : (heads[0] as number) });
      }
    },
    solo(head) {
      const state = store.get();
      if (state.pane !== "head") return;
      store.set({ head, heads: soloed(state.heads, head, sources.heads(state)) });
    },
    go(back) {
      const state = store.get();
      const found = findTokens(sources.tables(state).queries, state.find);
      const token = nextMatch(found, state.token, back);
      if (token !== null) store.set({ token });
    },
  };
}
