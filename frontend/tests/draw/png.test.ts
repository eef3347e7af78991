import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { base64, indexedPng, zlib } from "../../src/draw/png";
import { readPng } from "../png";

/** A number below `most` that looks random and never changes. */
const noise = (i: number, most: number): number =>
  Math.floor(Math.abs(Math.sin(i * 12.9898) * 43758.5453) % most);

test.each([
  ["noise", (i: number) => noise(i, 256)],
  ["one value", () => 7],
  ["long runs", (i: number) => Math.floor(i / 700)],
  ["lines that repeat", (i: number) => noise(i % 97, 256)],
])("%s comes back from deflate", (_, value) => {
  for (const size of [0, 1, 2, 3, 4, 257, 258, 259, 5000]) {
    const bytes = Uint8Array.from({ length: size }, (_, i) => value(i));
    expect([...inflateSync(zlib(bytes, 97))]).toEqual([...bytes]);
  }
});

test("distances and lengths of every code come back", () => {
  for (const stride of [2, 5, 40, 300, 1100, 5000, 20_000, 32_768, 40_000]) {
    const bytes = Uint8Array.from({ length: stride * 2 + 300 }, (_, i) => noise(i % stride, 256));
    expect(Buffer.compare(inflateSync(zlib(bytes, stride)), Buffer.from(bytes))).toBe(0);
  }
});

test("an image keeps its pixels and what is clear in them", () => {
  const colours = [0xff0000ff, 0xff00ff00, 0x00000000, 0xffff0000];
  const pixels = Uint32Array.from({ length: 30 * 20 }, (_, i) => colours[noise(i, 4)] as number);
  const image = readPng(indexedPng(pixels, 30, 20));
  expect([image.width, image.height]).toEqual([30, 20]);
  const bytes = new Uint8Array(pixels.buffer);
  for (let y = 0; y < 20; y++)
    for (let x = 0; x < 30; x++) {
      const at = (y * 30 + x) * 4;
      expect(image.at(x, y)).toEqual([...bytes.subarray(at, at + 4)]);
    }
});

test("a map of large cells takes a few bytes a cell", () => {
  const pixels = Uint32Array.from({ length: 464 * 464 }, (_, i) => {
    const [x, y] = [Math.floor((i % 464) / 29), Math.floor(i / 464 / 29)];
    return 0xff000000 + noise(y * 16 + x, 256);
  });
  expect(indexedPng(pixels, 464, 464).length).toBeLessThan(16 * 16 * 16);
});

test("more colours than a palette holds are refused", () => {
  const pixels = Uint32Array.from({ length: 300 }, (_, i) => i);
  expect(() => indexedPng(pixels, 300, 1)).toThrow("256");
});

test.each([0, 1, 2, 3, 4, 100])("%i bytes as base64", (size) => {
  const bytes = Uint8Array.from({ length: size }, (_, i) => noise(i, 256));
  expect(base64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
});
