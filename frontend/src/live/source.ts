/**
 * A trace whose numbers lie in the kernel: heads, thumbnails and rollouts come when they are first asked for.
 *
 * A head comes as its queries and keys (or, without a formula, its weights), all of them in float32, so every
 * row of it is exact and scrolling asks for nothing more. Of layers that are small the other heads follow.
 */

import { HeadsLayer } from "../attention/heads";
import { Once } from "../attention/once";
import {
  groupOf,
  type LayerAttention,
  layerOf,
  type Overview,
  sizesOf,
  type TraceSource,
} from "../attention/source";
import { readLayer, readRollout } from "../attention/trace";
import type { Group, Kind, Layer, Quantised, TracePayload } from "../payload/schema";
import type { Link } from "./link";

/** Of a layer of at most so many bytes all heads are loaded, those in view first. */
const SMALL = 6e6;
/** Bytes that are kept of heads, of all texts together; the layers that were looked at longest ago go first. */
const KEPT = 400e6;
/** Heads that are on their way at once: what is asked for later may be wanted sooner. */
const ON_THEIR_WAY = 4;
/** Weights that are kept of a layer's rows once they are computed, shared out to its heads. */
const ROWS = 2e6;
/** Cells a side of a thumbnail at most. */
const SIDE = 96;

/** Bytes of one head. */
export function headBytes(layer: Layer, queries: number, keys: number): number {
  return 4 * (layer.dHead > 0 ? (queries + keys) * layer.dHead : queries * keys);
}

export function liveSource(
  trace: TracePayload,
  number: number,
  link: Pick<Link, "ask">,
  /** Called when more is there than what was waited for. */
  changed: () => void,
  /** Texts that share the memory. */
  texts = 1,
): TraceSource & { stop(): void } {
  const layers = new Map<string, { attention: HeadsLayer; bytes: number }>();
  const heads = new Map<string, Promise<void>>();
  /** Heads that are still to be asked for. */
  const waiting: { name: string; layer: string; start(): Promise<void>; drop(): void }[] = [];
  let onTheirWay = 0;
  /** Where the person is looking: its thumbnails come first. */
  let near = 0;
  let stopped = false;

  const group = (kind: Kind): Group => groupOf(trace, kind);
  const sizes = (kind: Kind) => sizesOf(trace, group(kind));
  const everyHead = (layer: Layer): number[] => Array.from({ length: layer.heads }, (_, i) => i);

  function entry(kind: Kind, index: number): { attention: HeadsLayer; bytes: number } {
    const name = `${kind}-${index}`;
    const { queries, keys } = sizes(kind);
    let found = layers.get(name);
    if (found === undefined) {
      found = { attention: new HeadsLayer(layerOf(group(kind), index), queries, keys), bytes: 0 };
      layers.set(name, found);
    }
    return found;
  }

  /** The layer looked at last goes to the end, and its thumbnails come first. */
  function lookAt(kind: Kind, index: number): void {
    const name = `${kind}-${index}`;
    const found = layers.get(name);
    near = index;
    if (found === undefined) return;
    layers.delete(name);
    layers.set(name, found);
  }

  function letGo(): void {
    const rows = 4 * ROWS;
    let sum = [...layers.values()].reduce((total, { bytes }) => total + bytes + rows, 0);
    const last = [...layers.keys()].at(-1);
    for (const [name, { bytes }] of [...layers]) {
      if (sum <= KEPT / texts || name === last) return;
      layers.delete(name);
      for (const head of [...heads.keys()]) if (head.startsWith(`${name} `)) heads.delete(head);
      sum -= bytes + rows;
    }
  }

  async function load(kind: Kind, index: number, head: number): Promise<void> {
    const own = entry(kind, index);
    const { queries, keys } = sizes(kind);
    const { value, bytes } = await link.ask({
      ask: "head",
      trace: number,
      kind,
      layer: index,
      head,
    });
    const rows = ROWS / layerOf(group(kind), index).heads;
    const alone = await readLayer(value as Layer, queries, keys, async () => bytes, rows);
    own.attention.add(head, alone);
    own.bytes += bytes.byteLength;
    letGo();
  }

  function once(kind: Kind, index: number, head: number): Promise<void> {
    const name = `${kind}-${index} ${head}`;
    let promise = heads.get(name);
    if (promise === undefined) {
      promise = new Promise((done, fail) => {
        waiting.push({
          name,
          layer: `${kind}-${index}`,
          start: () => load(kind, index, head).then(done, fail),
          drop: done,
        });
      });
      promise.catch(() => heads.delete(name));
      heads.set(name, promise);
      next();
    }
    return promise;
  }

  function next(): void {
    while (onTheirWay < ON_THEIR_WAY) {
      const first = waiting.shift();
      if (first === undefined) return;
      onTheirWay += 1;
      first.start().finally(() => {
        onTheirWay -= 1;
        next();
      });
    }
  }

  /** Heads of layers that the person has left are not worth waiting for. */
  function leave(layer: string): void {
    for (const head of waiting.splice(0)) {
      if (head.layer === layer) waiting.push(head);
      else {
        heads.delete(head.name);
        head.drop();
      }
    }
  }

  /** Thumbnails in the order of layers and heads, from the layer in view on; then those before it. */
  async function findOverview(kind: Kind): Promise<Overview> {
    const { layers: all } = group(kind);
    const { queries, keys } = sizes(kind);
    const most = Math.max(...all.map((layer) => layer.heads));
    const rows = Math.min(SIDE, queries);
    const columns = Math.min(SIDE, keys);
    const nothing = new Uint8Array(rows * columns);
    const maps = new Map<number, Uint8Array>();
    const places = all.length * most;

    async function more(): Promise<void> {
      let from = near * most;
      while (maps.has(from)) from = (from + 1) % places;
      const { value, bytes } = await link.ask({ ask: "overview", trace: number, kind, from });
      const { count } = value as { count: number };
      for (let i = 0; i < count; i++)
        maps.set(from + i, new Uint8Array(bytes, i * rows * columns, rows * columns));
    }
    async function rest(): Promise<void> {
      while (maps.size < places && !stopped) {
        await more();
        changed();
      }
    }
    await more();
    // A choice of tokens is made from maps with a cell for each weight, all of them at once.
    if (rows === queries && columns === keys) while (maps.size < places && !stopped) await more();
    else rest().catch(() => overviews.forget(kind));
    return {
      layers: all.length,
      heads: most,
      rows,
      columns,
      get done() {
        return maps.size;
      },
      map: (layer, head) => maps.get(layer * most + head) ?? nothing,
    };
  }

  const overviews = new Once(findOverview);
  const rollouts = new Once(async (kind: Kind): Promise<LayerAttention> => {
    const { value, bytes } = await link.ask({ ask: "rollout", trace: number, kind });
    return readRollout(value as Quantised, sizes(kind).queries, async () => bytes);
  });

  return {
    trace,
    group,
    async layer(kind, index, wanted) {
      const layer = layerOf(group(kind), index);
      const { queries, keys } = sizes(kind);
      const { attention } = entry(kind, index);
      lookAt(kind, index);
      leave(`${kind}-${index}`);
      const all = (heads: readonly number[]) =>
        Promise.all(heads.map((head) => once(kind, index, head)));
      const every = everyHead(layer);
      await all(wanted ?? every);
      // The others are compared with what is shown, which must not wait for them. One that fails is asked for
      // again once it is looked at.
      const small = layer.heads * headBytes(layer, queries, keys) <= SMALL;
      if (small && !attention.has(every)) all(every).then(changed, () => {});
      return attention;
    },
    loaded(kind, index, wanted) {
      const found = layers.get(`${kind}-${index}`)?.attention;
      if (found !== undefined) lookAt(kind, index);
      return found?.has(wanted ?? everyHead(layerOf(group(kind), index))) ? found : undefined;
    },
    overview: (kind) => overviews.get(kind),
    rollout: (kind) => rollouts.get(kind),
    rolledOut: (kind) => rollouts.made(kind),
    stop() {
      stopped = true;
      // Promises of what is never asked for are left to be forgotten.
      waiting.length = 0;
    },
  };
}
