/** The selection as the widget's traits name it. */

import type { Wish } from "../state/initial";

export const TRAITS = [
  "trace",
  "kind",
  "layer",
  "heads",
  "head",
  "token",
  "by",
  "hide",
  "texts",
  "pane",
  "over",
  "toward",
  "threshold",
] as const satisfies readonly (keyof Wish)[];

export type Traits = Pick<Wish, (typeof TRAITS)[number]>;

export function traitsOf(selection: Wish): Traits {
  return Object.fromEntries(TRAITS.map((name) => [name, selection[name] ?? null])) as Traits;
}

/** Traits come from Python, checked there. */
export function wishOf(traits: Readonly<Record<string, unknown>>): Wish {
  return Object.fromEntries(
    TRAITS.filter((name) => traits[name] !== undefined).map((name) => [name, traits[name]]),
  ) as Wish;
}

/** Those traits of the second that the first has otherwise. */
export function changes(before: Wish, after: Traits): Partial<Traits> {
  const known = traitsOf(before);
  return Object.fromEntries(
    TRAITS.filter((name) => JSON.stringify(known[name]) !== JSON.stringify(after[name])).map(
      (name) => [name, after[name]],
    ),
  );
}

export function same(one: Wish, other: Wish): boolean {
  return JSON.stringify(traitsOf(one)) === JSON.stringify(traitsOf(other));
}
