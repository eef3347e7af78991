import { expect, test } from "vitest";
import { ByteLayer } from "../../src/attention/bytes";
import { thumbnails } from "../../src/attention/thumbnails";
import { LAYER } from "./reference";

const QUERIES = 130;
const KEYS = 101;

/** Two heads of weights that no two neighbours share. */
function layer(seed: number): ByteLayer {
  const values = Uint8Array.from(
    { length: 2 * QUERIES * KEYS },
    (_, i) => ((i + seed) * 2654435761) >>> 24,
  );
  const scale = Float32Array.from({ length: 2 * QUERIES }, (_, i) => ((i * 7 + seed) % 13) / 13);
  return new ByteLayer({ ...LAYER, heads: 2 }, QUERIES, KEYS, values, scale);
}

test("each cell holds the root of its largest weight, whatever the cells are rounded to", () => {
  const layers = [layer(1), layer(5)];
  const made = thumbnails(layers);
  expect([made.layers, made.heads, made.rows, made.columns]).toEqual([2, 2, 96, 96]);
  const part = (cell: number, count: number): number[] => {
    const [first, end] = [cell, cell + 1].map((edge) => Math.floor((edge * count) / 96));
    return Array.from({ length: (end as number) - (first as number) }, (_, i) => (first ?? 0) + i);
  };
  for (const [row, column] of [
    [0, 0],
    [40, 57],
    [95, 95],
    [13, 19],
  ] as const) {
    const weights = part(row, QUERIES).flatMap((query) => {
      const whole = (layers[1] as ByteLayer).row(1, query);
      return part(column, KEYS).map((key) => whole[key] as number);
    });
    const expected = Math.round(255 * Math.sqrt(Math.max(...weights)));
    expect(made.map(1, 1)[row * 96 + column]).toBe(expected);
  }
});

test("a layer whose weights are computed has no thumbnails of its own", () => {
  const vectors = { layer: LAYER, queries: 2, keys: 2 } as unknown as ByteLayer;
  expect(() => thumbnails([vectors])).toThrow("neither thumbnails nor all weights");
});
