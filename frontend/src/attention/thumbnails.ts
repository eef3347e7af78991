/** The overview of a short text, made of its weights: in the file it would only repeat them. */

import { ByteLayer } from "./bytes";
import type { LayerAttention, Overview } from "./source";

/** Cells a side at most, as in an overview that a file brings. */
const SIDE = 96;

export function thumbnails(layers: readonly LayerAttention[]): Overview {
  const [first] = layers;
  if (first === undefined) throw new Error("This text carries no layers.");
  const rows = Math.min(SIDE, first.queries);
  const columns = Math.min(SIDE, first.keys);
  const nothing = new Uint8Array(rows * columns);
  const maps = layers.map((layer) => {
    if (!(layer instanceof ByteLayer))
      throw new Error("This page carries neither thumbnails nor all weights to make them of.");
    return Array.from({ length: layer.layer.heads }, (_, head) =>
      layer.pooled(head, rows, columns),
    );
  });
  return {
    layers: layers.length,
    heads: Math.max(...layers.map(({ layer }) => layer.heads)),
    rows,
    columns,
    map: (layer, head) => maps[layer]?.[head] ?? nothing,
  };
}
