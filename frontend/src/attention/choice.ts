/** What a person chooses to see of a text: its units, and what of it is left out. */

/** What rows and columns stand for. */
export type By = "token" | "word" | "sentence";
export const BY: readonly By[] = ["token", "word", "sentence"];

/**
 * What can be hidden, so that the rest of each row is scaled up to what the row summed to.
 *
 * - special: special and added tokens, as keys and as queries: nobody reads `[SEP]`.
 * - sinks: keys that take a large share whatever the query says; where queries are the same text, they go
 *   from both sides, so that rows and columns stay the same tokens.
 * - particles: Japanese particles and auxiliaries, as keys and as queries. Only among words.
 */
export type Hide = "special" | "sinks" | "particles";
export const HIDE: readonly Hide[] = ["special", "sinks", "particles"];

/** Queries of one text of a pair (message of a chat), keys of one; null for all of them. */
export type Texts = readonly [from: number | null, to: number | null];

export interface Choice {
  by: By;
  /** In the order of `HIDE`. */
  hide: readonly Hide[];
  /** A selection, so rows are not rescaled; null for everything. */
  texts: Texts | null;
}

export const EVERYTHING: Choice = { by: "token", hide: [], texts: null };

/** The same for equal choices, and for no others. */
export function choiceName({ by, hide, texts }: Choice): string {
  return `${by} ${hide.join("+")} ${texts === null ? "" : formatTexts(texts)}`;
}

/** `0-1`, `all-1`. */
export function formatTexts(texts: Texts): string {
  return texts.map((text) => text ?? "all").join("-");
}
