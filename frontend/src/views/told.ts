/** What the page says in words of what a state shows: on its status line, and above a printed sheet. */

import { choiceName } from "../attention/choice";
import { isImageAlone } from "../attention/patches";
import type { Mass } from "../attention/shares";
import type { Payload, TokenTable } from "../payload/schema";
import { choiceOf, headsInView, type State } from "../state/state";
import { chosenSentences } from "../text/choice";
import { coverageSentences } from "../text/coverage";
import type { Strings } from "../text/strings";
import type { Sources } from "./sources";

export interface Told {
  /** Sentences of the status line. @param drawn Those of the views, of what they have drawn. */
  status(state: State, drawn: readonly string[]): string[];
  /** What paper cannot be asked: which text, layer and heads these are. */
  printed(state: State): string;
}

export function createTold(payload: Payload, strings: Strings, sources: Sources): Told {
  let said: { name: string; mass: Mass | null } | null = null;

  /** What the choice takes out of view, in the heads that are shown. */
  function massOut(state: State): Mass | null {
    const { hide, texts } = choiceOf(state);
    if (hide.length === 0 && texts === null) return null;
    const heads = headsInView(state, sources.heads(state));
    if (heads.length === 0) return null;
    const name = `${state.trace} ${state.kind} ${choiceName(state)} ${state.layer} ${heads.join()}`;
    if (said?.name !== name || said.mass === null) {
      const mass = sources.choice(state)?.mass(state.kind, state.layer, heads) ?? null;
      said = { name, mass };
    }
    return said.mass;
  }

  function finders(table: TokenTable): string {
    return table.finders
      .map((name) => (name === "characters" ? strings.characters : name))
      .join(", ");
  }

  return {
    status(state, drawn) {
      const group = sources.group(state);
      const { queries } = sources.tables(state);
      return [
        ...coverageSentences(group, state.layer, choiceOf(state).by, strings),
        ...drawn,
        ...chosenSentences(strings.choice, {
          choice: choiceOf(state),
          tables: sources.wholeTables(state),
          sinks: group.sinks,
          refused: sources.choice(state)?.refused(state.kind) ?? [],
          mass: massOut(state),
        }),
        ...(choiceOf(state).by === "word" && !isImageAlone(queries)
          ? [strings.finders(finders(queries))]
          : []),
        ...sources.shown(state).trace.notes,
      ];
    },
    printed(state) {
      const heads = headsInView(state, sources.heads(state));
      return [
        payload.traces[state.trace]?.title ?? "",
        strings.kinds[state.kind],
        ...(heads.length === 0
          ? [strings.textView.overs.rollout]
          : [`${strings.layer} ${state.layer}`, `${strings.head} ${heads.join(", ")}`]),
      ].join(" · ");
    },
  };
}
