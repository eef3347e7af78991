/** The numbers that a state names: its text, as it is and as the person chose to see it. */

import { choiceName, EVERYTHING } from "../attention/choice";
import { type ChosenSource, chosenSource } from "../attention/chosen";
import type { TraceSource } from "../attention/source";
import { traceSource } from "../attention/trace";
import { originOf } from "../attention/units";
import type { ChunkReader } from "../payload/decode";
import type { Group, Payload, TokenTable } from "../payload/schema";
import { choiceOf, type State } from "../state/state";

export interface Tables {
  queries: TokenTable;
  keys: TokenTable;
}

export interface Sources {
  /** The trace as it is. */
  whole(state: State): TraceSource;
  /** The same as it is chosen to be seen; null where that is as it is. */
  choice(state: State): ChosenSource | null;
  /** What views draw. */
  shown(state: State): TraceSource;
  group(state: State): Group;
  tables(state: State): Tables;
  wholeTables(state: State): Tables;
  heads(state: State): number;
  /** The numbers of what is pinned among all units, hidden ones counted. */
  pinned(state: State): Pick<State, "token" | "key">;
}

export function createSources(payload: Payload, read: ChunkReader): Sources {
  const tokens = payload.traces.map((trace) => traceSource(trace, read));
  const choices = new Map<string, ChosenSource>();

  const whole = (state: State): TraceSource => tokens[state.trace] as TraceSource;

  function choice(state: State): ChosenSource | null {
    const wanted = choiceOf(state);
    if (choiceName(wanted) === choiceName(EVERYTHING)) return null;
    const name = `${state.trace} ${choiceName(wanted)}`;
    let found = choices.get(name);
    if (found === undefined) {
      found = chosenSource(whole(state), wanted);
      choices.set(name, found);
    }
    return found;
  }

  const shown = (state: State): TraceSource => choice(state) ?? whole(state);
  const group = (state: State): Group => shown(state).group(state.kind);

  function tablesOf(source: TraceSource, state: State): Tables {
    const { queries, keys } = source.group(state.kind);
    const at = (table: number): TokenTable => source.trace.tokens[table] as TokenTable;
    return { queries: at(queries), keys: at(keys) };
  }

  return {
    whole,
    choice,
    shown,
    group,
    tables: (state) => tablesOf(shown(state), state),
    wholeTables: (state) => tablesOf(whole(state), state),
    heads: (state) => group(state).layers[state.layer]?.heads ?? 0,
    pinned(state) {
      const { queries, keys } = tablesOf(shown(state), state);
      const number = (table: TokenTable, place: number | null): number | null =>
        place === null ? null : (originOf(table).place[place] ?? null);
      return { token: number(queries, state.token), key: number(keys, state.key) };
    },
  };
}
