/** The numbers that a state names: its text, as it is and as the person chose to see it. */

import { choiceName } from "../attention/choice";
import { asChosen, type ChosenSource, isChosen } from "../attention/chosen";
import { type Tables, type TraceSource, tablesOf } from "../attention/source";
import { originOf } from "../attention/units";
import type { Group, Payload, TokenTable, TracePayload } from "../payload/schema";
import { choiceOf, type State } from "../state/state";

export interface Sources {
  /** The trace as it is. */
  whole(state: State): TraceSource;
  /** The same as the person chose to see it: what views draw. */
  shown(state: State): TraceSource;
  /** It as a choice; null where it is as it is. */
  choice(state: State): ChosenSource | null;
  group(state: State): Group;
  tables(state: State): Tables;
  wholeTables(state: State): Tables;
  heads(state: State): number;
  /** The numbers of what is pinned among all units, hidden ones counted. */
  pinned(state: State): Pick<State, "token" | "key">;
}

/** Choices kept with the rows that were computed for them, so that going back costs nothing. */
const KEPT = 4;

/** Where the numbers of a trace come from; `changed` is called when there is more of what was asked for. */
export type SourceOf = (trace: TracePayload, number: number, changed: () => void) => TraceSource;

export function createSources(payload: Payload, sourceOf: SourceOf, changed: () => void): Sources {
  const tokens = payload.traces.map((trace, number) => sourceOf(trace, number, changed));
  const choices = new Map<string, TraceSource>();

  const whole = (state: State): TraceSource => tokens[state.trace] as TraceSource;

  function shown(state: State): TraceSource {
    const wanted = choiceOf(state);
    const name = `${state.trace} ${choiceName(wanted)}`;
    const found = choices.get(name) ?? asChosen(whole(state), wanted);
    // The one used last goes to the end, and the one that nobody uses any more goes.
    choices.delete(name);
    choices.set(name, found);
    if (choices.size > KEPT) choices.delete(choices.keys().next().value as string);
    return found;
  }

  function choice(state: State): ChosenSource | null {
    const source = shown(state);
    return isChosen(source) ? source : null;
  }

  const group = (state: State): Group => shown(state).group(state.kind);

  return {
    whole,
    choice,
    shown,
    group,
    tables: (state) => tablesOf(shown(state), state.kind),
    wholeTables: (state) => tablesOf(whole(state), state.kind),
    heads: (state) => group(state).layers[state.layer]?.heads ?? 0,
    pinned(state) {
      const { queries, keys } = tablesOf(shown(state), state.kind);
      const number = (table: TokenTable, place: number | null): number | null =>
        place === null ? null : (originOf(table).place[place] ?? null);
      return { token: number(queries, state.token), key: number(keys, state.key) };
    },
  };
}
