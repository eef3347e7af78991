/**
 * The same attention as a person chose to see it: by word or sentence, of one text of a pair, without
 * what is hidden.
 *
 * Weights are summed over the keys of a unit and averaged over its queries (Clark et al. 2019), so rows
 * keep their sum. Texts are a selection: their weights stay what they are. Where keys are hidden, the rest
 * of the row is scaled up to what the row summed to with them.
 *
 * Everything here has the shape of what it is made from, so that views draw a choice as they draw tokens.
 */

import type { Group, Kind, TokenTable } from "../payload/schema";
import { type Choice, choiceName, EVERYTHING, type Hide } from "./choice";
import { meanOver, type Row } from "./pool";
import { RowCache } from "./rowcache";
import { type Mass, massOf } from "./shares";
import type { LayerAttention, Missing, Overview, TraceSource } from "./source";
import { type Side, type Sides, sidesOf, unitTable } from "./units";
import { Vectorless } from "./vectorless";

export interface ChosenSource extends TraceSource {
  /** What was to be hidden and is not, because nothing would have been left. */
  refused(kind: Kind): Hide[];
  /** What the choice takes out of view in some heads; undefined while the layer is not loaded. */
  mass(kind: Kind, layer: number, heads: readonly number[]): Mass | undefined;
}

export function chosenSource(base: TraceSource, choice: Choice): ChosenSource {
  const whole = base.trace;
  const tokens: TokenTable[] = [];
  const places = new Map<string, number>();
  const sides = new Map<Kind, Sides>();

  /** The number of a side's table; queries and keys that are the same share one. */
  function place(of: number, side: Side): number {
    const name = `${of} ${side.units.map((unit) => unit.join("+")).join()}`;
    let found = places.get(name);
    if (found === undefined) {
      found = tokens.push(unitTable(whole.tokens[of] as TokenTable, choice.by, side)) - 1;
      places.set(name, found);
    }
    return found;
  }

  const groups = whole.groups.map((group): Group => {
    const own = sidesOf(whole.tokens, group, choice);
    sides.set(group.kind, own);
    return {
      ...group,
      queries: place(group.queries, own.queries),
      keys: place(group.keys, own.keys),
    };
  });
  const layers = new WeakMap<LayerAttention, ChosenLayer>();
  const overviews = new WeakMap<Overview, Overview>();
  const sidesIn = (kind: Kind): Sides => {
    base.group(kind); // Says which kind is missing.
    return sides.get(kind) as Sides;
  };

  function chosen(kind: Kind, layer: LayerAttention): ChosenLayer {
    let made = layers.get(layer);
    if (made === undefined) {
      made = new ChosenLayer(layer, sidesIn(kind), choice.hide.length > 0);
      layers.set(layer, made);
    }
    return made;
  }

  return {
    trace: { ...whole, tokens, groups },
    group(kind) {
      base.group(kind);
      return groups.find((group) => group.kind === kind) as Group;
    },
    async layer(kind, layer, heads) {
      return chosen(kind, await base.layer(kind, layer, heads));
    },
    loaded(kind, layer, heads) {
      const found = base.loaded(kind, layer, heads);
      return found && chosen(kind, found);
    },
    async overview(kind) {
      const all = await base.overview(kind);
      const { queries, keys } = base.group(kind);
      const size = (table: number): number => whole.tokens[table]?.label.length ?? 0;
      let made = overviews.get(all);
      if (made === undefined) {
        const pooled = all.rows < size(queries) || all.columns < size(keys);
        made = pooled
          ? {
              ...all,
              unchosen: true,
              get done() {
                return all.done;
              },
            }
          : chosenOverview(all, sidesIn(kind), choice.hide.length > 0);
        overviews.set(all, made);
      }
      return made;
    },
    rollout: async (kind) => chosen(kind, await base.rollout(kind)),
    rolledOut(kind) {
      const found = base.rolledOut(kind);
      return found && chosen(kind, found);
    },
    refused: (kind) => [
      ...new Set([...sidesIn(kind).queries.refused, ...sidesIn(kind).keys.refused]),
    ],
    mass(kind, layer, heads) {
      const found = base.loaded(kind, layer, heads);
      return found && massOf(found, sidesIn(kind), heads);
    },
  };
}

/** The source as it is, where the choice leaves it so. */
export function asChosen(base: TraceSource, choice: Choice): TraceSource | ChosenSource {
  return choiceName(choice) === choiceName(EVERYTHING) ? base : chosenSource(base, choice);
}

export function isChosen(source: TraceSource): source is ChosenSource {
  return "refused" in source;
}

export class ChosenLayer extends Vectorless implements LayerAttention {
  readonly layer;
  readonly missing: Missing | null;
  readonly queries: number;
  readonly keys: number;
  readonly rowCost: number;
  readonly #cache: RowCache;

  constructor(
    readonly base: LayerAttention,
    readonly sides: Sides,
    readonly rescaled: boolean,
  ) {
    super();
    this.layer = base.layer;
    this.missing = base.missing && {
      // Of a sum over a unit some part may be missing, so that no bound holds.
      below: null,
      has: (head, query, key) => this.row(head, query)[key] !== 0,
    };
    this.queries = sides.queries.units.length;
    this.keys = sides.keys.units.length;
    const tokens = sides.queries.units.reduce((sum, unit) => sum + unit.length, 0);
    this.rowCost = (base.rowCost * tokens) / Math.max(1, this.queries);
    this.#cache = new RowCache(this.keys);
  }

  row(head: number, query: number): Float32Array {
    return this.#cache.get(head * this.queries + query, () => {
      const tokens = this.sides.queries.units[query] as number[];
      const rows = tokens.map((token) => this.base.row(head, token));
      return chosenRow(rows, this.sides.keys, this.rescaled);
    });
  }
}

/** The mean of rows, summed over the keys of each unit. Where nothing is left to scale up, it stays zero. */
function chosenRow(rows: readonly Row[], keys: Side, rescaled: boolean): Float32Array {
  const out = Float32Array.from(keys.units, (unit) => meanOver(rows, unit));
  if (!rescaled) return out;
  const left = out.reduce((sum, weight) => sum + weight, 0);
  const scale = left > 0 ? meanOver(rows, keys.text) / left : 0;
  return out.map((weight) => weight * scale);
}

/** Thumbnails of a choice, for texts whose thumbnails have one cell for each weight. */
function chosenOverview(all: Overview, { queries, keys }: Sides, rescaled: boolean): Overview {
  const { columns } = all;
  return {
    ...all,
    rows: queries.units.length,
    columns: keys.units.length,
    map(layer, head) {
      const weights = Float32Array.from(all.map(layer, head), (value) => (value / 255) ** 2);
      const out = new Uint8Array(queries.units.length * keys.units.length);
      for (const [place, tokens] of queries.units.entries()) {
        const own = tokens.map((row) => weights.subarray(row * columns, (row + 1) * columns));
        const row = chosenRow(own, keys, rescaled);
        const cells = row.map((weight) => 255 * Math.sqrt(Math.min(1, weight)));
        out.set(cells, place * keys.units.length);
      }
      return out;
    },
  };
}
