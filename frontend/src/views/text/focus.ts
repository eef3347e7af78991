/** What is selected, and which of the texts it tints. */

import type { Group } from "../../payload/schema";
import type { State } from "../../state/state";
import type { Question } from "./count";

export type Side = "queries" | "keys";
export type Toward = Side;

export interface Focus {
  /** Queries and keys are two texts. */
  apart: boolean;
  /** Where units are selected, and where the tint is; the same text unless they are apart. */
  from: Side;
  tinted: Side;
  pinned: number | null;
  hovered: number | null;
  /** The unit that the tint belongs to: what is pinned stays while the pointer reads elsewhere. */
  selected: number | null;
}

/** The fields of the state that hold what is pinned and what the pointer is on. */
export const FIELDS = {
  queries: { pinned: "token", hovered: "hover" },
  keys: { pinned: "key", hovered: "hoverKey" },
} as const;

export function focusOf(state: State, group: Group): Focus {
  const apart = group.queries !== group.keys;
  const from = apart && state.toward === "queries" ? "keys" : "queries";
  const { pinned, hovered } = FIELDS[from];
  return {
    apart,
    from,
    tinted: state.toward,
    pinned: state[pinned],
    hovered: state[hovered],
    selected: state[pinned] ?? state[hovered],
  };
}

/** The weights that answer what is selected; the mean where nothing is. */
export function questionOf({ selected, tinted }: Focus): Question {
  if (selected === null) return "mean";
  return tinted === "keys" ? { row: selected } : { column: selected };
}

/** Which text the answer is about: nothing selected shows what keys receive. */
export function answered(focus: Focus): Side {
  return focus.selected === null ? "keys" : focus.tinted;
}

/** What a click on a unit changes. A click on the other text of cross-attention turns the question round. */
export function clicked(state: State, focus: Focus, side: Side, unit: number): Partial<State> {
  const field = FIELDS[focus.apart ? side : "queries"].pinned;
  const turned = focus.apart && side !== focus.from;
  const again = !turned && state[field] === unit;
  const change: Partial<State> = { [field]: again ? null : unit };
  if (turned) change.toward = side === "queries" ? "keys" : "queries";
  return change;
}
