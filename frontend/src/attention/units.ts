/**
 * Which tokens are in view, and which of them make up one row or column.
 *
 * Tokens are left out one by one, and what is left is joined to units; so a word of which a part is
 * hidden stays, without that part, and a unit goes with its last token.
 */

import { FLAG, type Group, type TokenTable } from "../payload/schema";
import type { By, Choice, Hide } from "./choice";

/** Particles and auxiliaries, as MeCab names them: they carry grammar, and take much of the view. */
const FUNCTION_WORDS: ReadonlySet<string | null> = new Set(["助詞", "助動詞"]);

/** Queries or keys as they are shown. */
export interface Side {
  /** The tokens of each unit that is shown, in the order of the text. */
  units: number[][];
  /** For each of them its number among all units of the table. */
  place: number[];
  /** The tokens of the chosen text, hidden ones among them. */
  text: number[];
  /** What was to be hidden and is not, because nothing would have been left. */
  refused: Hide[];
}

/**
 * @param text The text of a pair whose tokens are wanted; null for all.
 * @param sinks Tokens that are sinks.
 */
export function sideOf(
  table: TokenTable,
  { by, hide }: Pick<Choice, "by" | "hide">,
  text: number | null,
  sinks: readonly number[],
): Side {
  const texts = textOfTokens(table);
  const own = table.label.flatMap((_, token) =>
    text === null || texts[token] === text ? [token] : [],
  );
  const refused: Hide[] = [];
  let kept = own;
  for (const what of hide) {
    const goes = hides(table, what, by, sinks);
    const left = kept.filter((token) => !goes(token));
    if (left.length > 0) kept = left;
    else refused.push(what);
  }
  const found = new Map<number, number[]>();
  for (const token of kept) {
    const unit = unitOf(table, by, token);
    const tokens = found.get(unit);
    if (tokens === undefined) found.set(unit, [token]);
    else tokens.push(token);
  }
  const place = [...found.keys()].sort((a, b) => a - b);
  const units = place.map((unit) => found.get(unit) as number[]);
  return { units, place, text: own, refused };
}

export interface Sides {
  queries: Side;
  keys: Side;
}

/** Which queries and keys of a group are shown, and of which tokens each consists. */
export function sidesOf(tables: readonly TokenTable[], group: Group, choice: Choice): Sides {
  const [from, to] = choice.texts ?? [null, null];
  // A sink is a key; where queries are the same text, it goes from both sides.
  const sinks = group.queries === group.keys ? group.sinks : [];
  return {
    queries: sideOf(tables[group.queries] as TokenTable, choice, from, sinks),
    keys: sideOf(tables[group.keys] as TokenTable, choice, to, group.sinks),
  };
}

function hides(
  table: TokenTable,
  what: Hide,
  by: By,
  sinks: readonly number[],
): (token: number) => boolean {
  if (what === "special") return (token) => isSpecial(table, token);
  if (what === "sinks") return (token) => sinks.includes(token);
  const { of, pos } = table.units.word;
  return (token) => by === "word" && FUNCTION_WORDS.has(pos[of[token] as number] ?? null);
}

function unitOf(table: TokenTable, by: By, token: number): number {
  return by === "token" ? token : (table.units[by].of[token] as number);
}

function isSpecial(table: TokenTable, token: number): boolean {
  return ((table.flags[token] ?? 0) & FLAG.special) !== 0;
}

export function hasSpecial(table: TokenTable): boolean {
  return table.flags.some((flags) => (flags & FLAG.special) !== 0);
}

/** Whether there are particles or auxiliaries to leave out. */
export function hasFunctionWords(table: TokenTable): boolean {
  return table.units.word.pos.some((pos) => FUNCTION_WORDS.has(pos));
}

/** Whether there is anything to join: patches of an image belong to no words. */
export function hasWords(table: TokenTable): boolean {
  return table.word.some((word) => word !== null);
}

/** The texts of a pair, or messages of a chat, that a table really holds. */
export function textsOf(table: TokenTable): number[] {
  return table.segments.map((_, text) => text).filter((text) => table.segment.includes(text));
}

/** The text of each token. Added tokens go with what stands before them, those in front with the first,
 *  as the rules beside the text are drawn; so the choices of texts share out the whole attention. */
function textOfTokens(table: TokenTable): number[] {
  let text = textsOf(table)[0] ?? 0;
  return table.label.map((_, token) => {
    text = table.segment[token] ?? text;
    return text;
  });
}

/** Where a table of units comes from. */
export interface Origin {
  table: TokenTable;
  /** For each unit its number among all that the table has. */
  place: readonly number[];
}

const origins = new WeakMap<TokenTable, Origin>();

/** A table that was not made here is its own origin. */
export function originOf(table: TokenTable): Origin {
  let origin = origins.get(table);
  if (origin === undefined) {
    origin = { table, place: table.label.map((_, token) => token) };
    origins.set(table, origin);
  }
  return origin;
}

/** Units in the shape of tokens. */
export function unitTable(table: TokenTable, by: By, { units, place }: Side): TokenTable {
  if (by === "token" && units.length === table.label.length) return table;
  const first = units.map((tokens) => tokens[0] as number);
  const names = by === "token" ? table.label : table.units[by].label;
  const made = {
    ...table,
    label: place.map((unit) => names[unit] ?? ""),
    raw: units.map((tokens) => tokens.map((token) => table.raw[token] ?? "").join(" ")),
    id: first.map((token) => table.id[token] as number),
    segment: first.map((token) => table.segment[token] ?? null),
    word: first.map((token) => (by === "token" ? (table.word[token] ?? null) : null)),
    sentence: first.map((token) => table.sentence[token] ?? null),
    start: units.map((tokens) => edge(tokens, table.start, Math.min)),
    end: units.map((tokens) => edge(tokens, table.end, Math.max)),
    boxes: table.boxes && first.map((token) => table.boxes?.[token] ?? null),
    flags: units.map((tokens) => flagsOf(tokens.map((token) => table.flags[token] ?? 0))),
    part: first.map((token) => (by === "token" ? (table.part[token] ?? null) : null)),
  };
  origins.set(made, { table, place });
  return made;
}

/** Where a unit begins or ends in its text: the outermost place of its tokens. */
function edge(
  tokens: readonly number[],
  places: readonly (number | null)[],
  outer: (a: number, b: number) => number,
): number | null {
  return tokens.reduce<number | null>((found, token) => {
    const place = places[token] ?? null;
    if (place === null || found === null) return found ?? place;
    return outer(found, place);
  }, null);
}

/** One guessed place makes the unit's doubtful; special or unknown it is only as a whole. */
function flagsOf(flags: readonly number[]): number {
  const all = flags.reduce((common, own) => common & own);
  return all | flags.reduce((some, own) => some | (own & FLAG.approx), 0);
}
