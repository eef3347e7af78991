/** The numbers of one trace, read from chunks when they are first asked for. */

import { type ChunkReader, decodeBytes, decodeFloats } from "../payload/decode";
import type { ArrayRef, Group, Kind, Layer, TracePayload } from "../payload/schema";
import { ByteLayer } from "./bytes";
import type { LayerAttention, Overview, TraceSource } from "./source";
import { VectorLayer } from "./vectors";

export function traceSource(trace: TracePayload, read: ChunkReader): TraceSource {
  const loaded = new Map<string, LayerAttention>();
  const loading = new Map<string, Promise<LayerAttention>>();
  const overviews = new Map<Kind, Promise<Overview>>();

  function group(kind: Kind): Group {
    const found = trace.groups.find((one) => one.kind === kind);
    if (found === undefined) throw new Error(`This text has no ${kind} attention.`);
    return found;
  }

  function size(table: number): number {
    return trace.tokens[table]?.label.length ?? 0;
  }

  async function load(kind: Kind, index: number): Promise<LayerAttention> {
    const { layers, queries, keys } = group(kind);
    const layer = layers[index];
    if (layer === undefined) {
      throw new Error(`Layer ${index} asked for, but there are ${layers.length}, from 0 on.`);
    }
    return readLayer(layer, size(queries), size(keys), read);
  }

  return {
    trace,
    group,
    loaded: (kind, layer) => loaded.get(`${kind}-${layer}`),
    layer(kind, layer) {
      const name = `${kind}-${layer}`;
      let promise = loading.get(name);
      if (promise === undefined) {
        promise = load(kind, layer);
        promise.then(
          (attention) => loaded.set(name, attention),
          () => loading.delete(name),
        );
        loading.set(name, promise);
      }
      return promise;
    },
    overview(kind) {
      let promise = overviews.get(kind);
      if (promise === undefined) {
        promise = readOverview(group(kind).overview, read);
        overviews.set(kind, promise);
      }
      return promise;
    },
  };
}

async function readLayer(
  layer: Layer,
  queries: number,
  keys: number,
  read: ChunkReader,
): Promise<LayerAttention> {
  const floats = async (ref: ArrayRef): Promise<Float32Array> =>
    decodeFloats(await read(ref.chunk), ref);
  const { q, k, weights, bias } = layer;
  if (weights !== null) {
    const values = decodeBytes(await read(weights.values.chunk), weights.values);
    return new ByteLayer(layer, queries, keys, values, await floats(weights.scale));
  }
  if (q === null || k === null) throw new Error("This layer carries neither vectors nor weights.");
  return new VectorLayer(layer, queries, keys, {
    q: await floats(q),
    k: await floats(k),
    relative: bias.relative && (await floats(bias.relative)),
    dense: bias.dense && (await floats(bias.dense)),
  });
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
