/**
 * The same attention by word or sentence: summed over the keys of a unit, averaged over its queries
 * (Clark et al. 2019), so that rows keep their sum, as long as no unit is left out.
 *
 * Everything here has the shape of what it is made from, so that views draw units as they draw tokens.
 */

import { FLAG, type TokenTable, type TracePayload } from "../payload/schema";
import { RowCache } from "./rowcache";
import type { LayerAttention, Missing, Overview, TraceSource } from "./source";

/** What rows and columns stand for. */
export type By = "token" | "word" | "sentence";
export const BY: readonly By[] = ["token", "word", "sentence"];

/** Particles and auxiliaries, as MeCab names them: they carry grammar, and take much of the view. */
const FUNCTION_WORDS: ReadonlySet<string | null> = new Set(["助詞", "助動詞"]);

/** Longer sentences are cut in their labels. */
const MOST_CHARACTERS = 28;

export interface Choice {
  by: By;
  /** Leave particles and auxiliaries out. Only for words. */
  content: boolean;
}

/** The tokens of each unit that is shown, in the order of the text. */
export function members(table: TokenTable, { by, content }: Choice): number[][] {
  if (by === "token") return table.label.map((_, token) => [token]);
  const { of, label, pos } = table.units[by];
  const found: number[][] = label.map(() => []);
  for (const [token, unit] of of.entries()) (found[unit] as number[]).push(token);
  if (by !== "word" || !content) return found;
  const kept = found.filter((_, unit) => !FUNCTION_WORDS.has(pos[unit] ?? null));
  return kept.length > 0 ? kept : found; // A text of nothing else would leave nothing to draw.
}

/** Whether there are particles or auxiliaries to leave out. */
export function hasFunctionWords(table: TokenTable): boolean {
  return table.units.word.pos.some((pos) => FUNCTION_WORDS.has(pos));
}

/** The unit that a token is part of; null where that one is left out. */
export function unitOf(table: TokenTable, choice: Choice, token: number): number | null {
  const place = members(table, choice).findIndex((tokens) => tokens.includes(token));
  return place < 0 ? null : place;
}

/** Units in the shape of tokens. */
export function unitTable(table: TokenTable, choice: Choice): TokenTable {
  if (choice.by === "token") return table;
  const { of, label } = table.units[choice.by];
  const units = members(table, choice);
  const first = units.map((tokens) => tokens[0] as number);
  return {
    ...table,
    label: first.map((token) => shortened(label[of[token] as number] ?? "")),
    raw: units.map((tokens) => tokens.map((token) => table.raw[token] ?? "").join(" ")),
    id: first.map((token) => table.id[token] as number),
    segment: first.map((token) => table.segment[token] ?? null),
    word: first.map(() => null),
    flags: units.map((tokens) => flagsOf(tokens.map((token) => table.flags[token] ?? 0))),
    part: first.map(() => null),
  };
}

/** One guessed place makes the unit's doubtful; special or unknown it is only as a whole. */
function flagsOf(flags: readonly number[]): number {
  const all = flags.reduce((common, own) => common & own);
  return all | flags.reduce((some, own) => some | (own & FLAG.approx), 0);
}

function shortened(label: string): string {
  const characters = [...label];
  if (characters.length <= MOST_CHARACTERS) return label;
  return `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…`;
}

/** A source whose tokens are units. */
export function unitSource(base: TraceSource, choice: Choice): TraceSource {
  const tables = base.trace.tokens;
  const trace: TracePayload = {
    ...base.trace,
    tokens: tables.map((table) => unitTable(table, choice)),
  };
  const units = tables.map((table) => members(table, choice));
  const layers = new WeakMap<LayerAttention, LayerAttention>();
  const overviews = new WeakMap<Overview, Overview>();

  function grouped(
    kind: Parameters<TraceSource["layer"]>[0],
    layer: LayerAttention,
  ): LayerAttention {
    const { queries, keys } = base.group(kind);
    let made = layers.get(layer);
    if (made === undefined) {
      made = new UnitLayer(layer, units[queries] as number[][], units[keys] as number[][]);
      layers.set(layer, made);
    }
    return made;
  }

  return {
    trace,
    group: base.group,
    async layer(kind, layer) {
      return grouped(kind, await base.layer(kind, layer));
    },
    loaded(kind, layer) {
      const found = base.loaded(kind, layer);
      return found && grouped(kind, found);
    },
    async overview(kind) {
      const whole = await base.overview(kind);
      const { queries, keys } = base.group(kind);
      let made = overviews.get(whole);
      if (made === undefined) {
        made = pooled(whole, units[queries] as number[][], units[keys] as number[][]);
        overviews.set(whole, made);
      }
      return made;
    },
  };
}

export class UnitLayer implements LayerAttention {
  readonly layer;
  readonly missing: Missing | null;
  readonly queries: number;
  readonly keys: number;
  readonly #cache: RowCache;

  constructor(
    readonly base: LayerAttention,
    readonly queryUnits: readonly number[][],
    readonly keyUnits: readonly number[][],
  ) {
    this.layer = base.layer;
    this.missing = base.missing && {
      // Of a sum over a unit some part may be missing, so that no bound holds.
      below: null,
      has: (head, query, key) => this.row(head, query)[key] !== 0,
    };
    this.queries = queryUnits.length;
    this.keys = keyUnits.length;
    this.#cache = new RowCache(this.keys);
  }

  row(head: number, query: number): Float32Array {
    return this.#cache.get(head * this.queries + query, () => {
      const tokens = this.queryUnits[query] as number[];
      const rows = tokens.map((token) => this.base.row(head, token));
      return pool(rows, this.keyUnits);
    });
  }

  query(): null {
    return null;
  }

  key(): null {
    return null;
  }

  steps(): null {
    return null;
  }
}

/** The mean of rows, summed over the keys of each unit. */
function pool(
  rows: readonly { readonly [key: number]: number }[],
  units: readonly number[][],
): Float32Array {
  return Float32Array.from(units, (keys) => {
    let sum = 0;
    for (const row of rows) for (const key of keys) sum += row[key] as number;
    return sum / rows.length;
  });
}

/** Thumbnails by unit. Those of a long text are pooled already, and stay as they are. */
function pooled(
  whole: Overview,
  queryUnits: readonly number[][],
  keyUnits: readonly number[][],
): Overview {
  const { rows, columns } = whole;
  const each = (units: readonly number[][]) => Math.max(-1, ...units.flat()) + 1;
  if (rows < each(queryUnits) || columns < each(keyUnits)) return whole;
  return {
    ...whole,
    rows: queryUnits.length,
    columns: keyUnits.length,
    map(layer, head) {
      const weights = Float32Array.from(whole.map(layer, head), (value) => (value / 255) ** 2);
      const out = new Uint8Array(queryUnits.length * keyUnits.length);
      for (const [place, tokens] of queryUnits.entries()) {
        const own = tokens.map((row) => weights.subarray(row * columns, (row + 1) * columns));
        const row = pool(own, keyUnits).map((weight) => 255 * Math.sqrt(Math.min(1, weight)));
        out.set(row, place * keyUnits.length);
      }
      return out;
    },
  };
}
