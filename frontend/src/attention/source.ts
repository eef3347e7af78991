/** The one door through which views read numbers. In a page the numbers come from its chunks; a live page
 *  asks the kernel through the same interface. */

import type { Group, Kind, Layer, TokenTable, TracePayload } from "../payload/schema";

/** Every step from two vectors to a weight, for one head and one query; arrays have one entry a key. */
export interface Steps {
  /** Σ q·k */
  dot: Float32Array;
  /** dot × scale */
  scaled: Float32Array;
  /** after softcap; the same array as `scaled` where the model has none */
  capped: Float32Array;
  /** what the model adds; −Infinity where the key is masked */
  bias: Float32Array;
  /** softmax(capped + bias) */
  weight: Float32Array;
}

/** What a row says nothing about, because the file has no room for it. */
export interface Missing {
  /** Whether the weight is there. */
  has(head: number, query: number, key: number): boolean;
  /** A weight that is not there is smaller than this; null where no bound is known. */
  readonly below: number | null;
}

export interface LayerAttention {
  readonly layer: Layer;
  /** Null where every weight is there. Else rows hold 0 for what is missing, and sums and means over
   *  them are of what was kept. */
  readonly missing: Missing | null;
  readonly queries: number;
  readonly keys: number;
  /** Multiplications, or steps that take as long, that a row takes on average. */
  readonly rowCost: number;
  /** Weights of one query over all keys. Cached; do not write to it. */
  row(head: number, query: number): Float32Array;
  /** q and k, or null where the trace has only weights. */
  query(head: number, query: number): Float32Array | null;
  key(head: number, key: number): Float32Array | null;
  steps(head: number, query: number): Steps | null;
  /** Keys are hidden, and rows scaled up to what they summed to with them. */
  readonly rescaled?: boolean;
}

export interface Overview {
  readonly layers: number;
  readonly heads: number;
  readonly rows: number;
  readonly columns: number;
  /** u8 [rows × columns], √ scale. */
  map(layer: number, head: number): Uint8Array;
  /** Shows every token, whatever is left out: that of a long text, whose cells cannot be taken apart. */
  readonly unchosen?: boolean;
  /** How many of its maps are there, where they come one by one; the others are empty until then. */
  readonly done?: number | undefined;
}

export interface TraceSource {
  readonly trace: TracePayload;
  group(kind: Kind): Group;
  /** Resolved from the cache at once where it is loaded; `undefined` from `loaded` where it is not. A live
   *  page loads single heads, so it asks for those that it shows; of others the layer has no numbers. */
  layer(kind: Kind, layer: number, heads?: readonly number[]): Promise<LayerAttention>;
  loaded(kind: Kind, layer: number, heads?: readonly number[]): LayerAttention | undefined;
  overview(kind: Kind): Promise<Overview>;
  /** Rollout through all layers, in the shape of a layer with one head, and the same where it is loaded. */
  rollout(kind: Kind): Promise<LayerAttention>;
  rolledOut(kind: Kind): LayerAttention | undefined;
}

export function groupOf(trace: TracePayload, kind: Kind): Group {
  const found = trace.groups.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`This text has no ${kind} attention.`);
  return found;
}

export function layerOf(group: Group, index: number): Layer {
  const found = group.layers[index];
  if (found !== undefined) return found;
  throw new Error(`Layer ${index} asked for, but there are ${group.layers.length}, from 0 on.`);
}

/** Numbers of queries and keys. */
export function sizesOf(trace: TracePayload, group: Group): { queries: number; keys: number } {
  const size = (table: number): number => trace.tokens[table]?.label.length ?? 0;
  return { queries: size(group.queries), keys: size(group.keys) };
}

export interface Tables {
  queries: TokenTable;
  keys: TokenTable;
}

/** What rows and columns of a kind of attention stand for. */
export function tablesOf(source: TraceSource, kind: Kind): Tables {
  const { queries, keys } = source.group(kind);
  const at = (table: number): TokenTable => source.trace.tokens[table] as TokenTable;
  return { queries: at(queries), keys: at(keys) };
}
