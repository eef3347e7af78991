/** The numbers of one trace, read from chunks when they are first asked for. */

import { type ChunkReader, decodeBytes, decodeFloats, decodeIntegers } from "../payload/decode";
import type { ArrayRef, Group, Kind, Layer, TracePayload } from "../payload/schema";
import { ByteLayer } from "./bytes";
import { Once } from "./once";
import {
  groupOf,
  type LayerAttention,
  layerOf,
  type Overview,
  sizesOf,
  type TraceSource,
} from "./source";
import { StrongestLayer } from "./strongest";
import { thumbnails } from "./thumbnails";
import { VectorLayer } from "./vectors";
import { WeightLayer } from "./weights";

export function traceSource(trace: TracePayload, read: ChunkReader): TraceSource {
  const group = (kind: Kind): Group => groupOf(trace, kind);

  const loadLayer = (kind: Kind, index: number): Promise<LayerAttention> =>
    layers.get(`${kind}-${index}`);

  /** @param name Kind and number. */
  const layers = new Once(async (name: string): Promise<LayerAttention> => {
    const [kind, number] = name.split("-") as [Kind, string];
    const { queries, keys } = sizesOf(trace, group(kind));
    return readLayer(layerOf(group(kind), Number(number)), queries, keys, read);
  });

  const overviews = new Once(async (kind: Kind): Promise<Overview> => {
    const { overview, layers } = group(kind);
    if (overview !== null) return readOverview(overview, read);
    return thumbnails(await Promise.all(layers.map((_, index) => loadLayer(kind, index))));
  });

  const rollouts = new Once(async (kind: Kind): Promise<LayerAttention> => {
    return readRollout(group(kind).rollout, sizesOf(trace, group(kind)).queries, read);
  });

  return {
    trace,
    group,
    loaded: (kind, layer) => layers.made(`${kind}-${layer}`),
    layer: loadLayer,
    overview: (kind) => overviews.get(kind),
    rollout: (kind) => rollouts.get(kind),
    rolledOut: (kind) => rollouts.made(kind),
  };
}

/** A root is off by half a step of a 255th of its row's largest; squared, the largest weight by most. */
const ROOT_ERROR = 1 / 255;

/** The rollout of a group, in the shape of a layer with one head. */
export async function readRollout(
  rollout: Group["rollout"],
  tokens: number,
  read: ChunkReader,
): Promise<LayerAttention> {
  if (rollout === null || typeof rollout === "string") {
    throw new Error("This page carries no rollout of these layers.");
  }
  const chunk = await read(rollout.values.chunk);
  const scale = decodeFloats(chunk, rollout.scale as ArrayRef);
  const layer: Layer = {
    heads: 1,
    keyHeads: 1,
    dHead: 0,
    scale: 1,
    softcap: null,
    bias: { band: null, relative: null, perKey: null, dense: null },
    sinks: null,
    rotary: false,
    q: null,
    k: null,
    weights: rollout,
    strongest: null,
    coverage: 1,
    error: ROOT_ERROR * scale.reduce((most, each) => Math.max(most, each), 0) ** 2,
  };
  return new ByteLayer(layer, tokens, tokens, decodeBytes(chunk, rollout.values), scale, true);
}

/** A layer of so many queries and keys from its chunk. @param rows Weights that may be kept once they are
 *  computed; see `RowCache`. */
export async function readLayer(
  layer: Layer,
  queries: number,
  keys: number,
  read: ChunkReader,
  rows?: number,
): Promise<LayerAttention> {
  const { q, k, weights, strongest, bias } = layer;
  // All that belongs to a layer is in one chunk.
  const first = weights?.values ?? strongest?.keys ?? q;
  if (first === null || (weights === null && strongest === null && k === null)) {
    throw new Error("This layer carries neither vectors nor weights.");
  }
  const chunk = await read(first.chunk);
  if (weights !== null) {
    if (weights.scale === null) {
      return new WeightLayer(layer, queries, keys, decodeFloats(chunk, weights.values));
    }
    const values = decodeBytes(chunk, weights.values);
    return new ByteLayer(layer, queries, keys, values, decodeFloats(chunk, weights.scale));
  }
  if (strongest !== null) {
    return new StrongestLayer(layer, queries, keys, {
      counts: decodeIntegers(chunk, strongest.counts),
      keys: decodeIntegers(chunk, strongest.keys),
      values: decodeBytes(chunk, strongest.values),
      scale: decodeFloats(chunk, strongest.scale),
      below: strongest.below,
    });
  }
  const data = {
    q: decodeFloats(chunk, q as ArrayRef),
    k: decodeFloats(chunk, k as ArrayRef),
    relative: bias.relative && decodeFloats(chunk, bias.relative),
    perKey: bias.perKey && decodeFloats(chunk, bias.perKey),
    dense: bias.dense && decodeFloats(chunk, bias.dense),
  };
  return new VectorLayer(layer, queries, keys, data, rows);
}

async function readOverview(ref: ArrayRef, read: ChunkReader): Promise<Overview> {
  const bytes = decodeBytes(await read(ref.chunk), ref);
  const [layers = 0, heads = 0, rows = 0, columns = 0] = ref.shape;
  return {
    layers,
    heads,
    rows,
    columns,
    map(layer, head) {
      const from = (layer * heads + head) * rows * columns;
      return bytes.subarray(from, from + rows * columns);
    },
  };
}
