import { expect, test } from "vitest";
import { RowCache } from "../../src/attention/rowcache";

const row = (value: number): Float32Array => new Float32Array([value]);

test("the row used longest ago makes room", () => {
  const cache = new RowCache(1, 64);
  for (let place = 0; place < 64; place++) cache.get(place, () => row(place));
  cache.get(0, () => row(-1));
  cache.get(64, () => row(64));
  expect(cache.size).toBe(64);
  expect(cache.get(0, () => row(-1))[0]).toBe(0);
  expect(cache.get(1, () => row(-1))[0]).toBe(-1);
});
