import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { checkSchema, decodeBytes, decodeFloats, halfToNumber } from "../../src/payload/decode";
import { unpack } from "../../src/payload/page";
import type { ArrayRef, Payload } from "../../src/payload/schema";

/** Writes numbers as Python does: all lowest bytes, then the next. */
function planes(bytes: Uint8Array, width: number): Uint8Array {
  const count = bytes.length / width;
  return bytes.map((_, i) => bytes[(i % count) * width + Math.floor(i / count)] as number);
}

const ref = (dtype: ArrayRef["dtype"], shape: number[], offset = 0): ArrayRef => ({
  chunk: "c",
  dtype,
  shape,
  offset,
});

describe("arrays", () => {
  test("single-precision numbers come back from their byte planes", () => {
    const numbers = new Float32Array([0, -1.5, 3.25e7, 1e-20]);
    const chunk = planes(new Uint8Array(numbers.buffer), 4);
    expect(decodeFloats(chunk.buffer as ArrayBuffer, ref("f32", [2, 2]))).toEqual(numbers);
  });

  test("half-precision numbers come back from their byte planes", () => {
    const halves = new Uint16Array([0x3c00, 0xc000, 0x3555, 0x0001]);
    const chunk = planes(new Uint8Array(halves.buffer), 2);
    const found = decodeFloats(chunk.buffer as ArrayBuffer, ref("f16", [4]));
    expect([...found]).toEqual([1, -2, Math.fround(0.333251953125), 2 ** -24]);
  });

  test("bytes start at their offset", () => {
    const chunk = new Uint8Array([9, 9, 1, 2, 3]).buffer;
    expect([...decodeBytes(chunk, ref("u8", [3], 2))]).toEqual([1, 2, 3]);
  });

  test("a chunk that is too short says so", () => {
    expect(() => decodeBytes(new ArrayBuffer(2), ref("u8", [3]))).toThrow(
      "Chunk c is too short: 3 bytes asked for, 2 there.",
    );
  });
});

test.each([
  [0x0000, 0],
  [0x8000, -0],
  [0x7bff, 65504],
  [0x7c00, Number.POSITIVE_INFINITY],
  [0xfc00, Number.NEGATIVE_INFINITY],
  [0x7e00, Number.NaN],
])("half precision %i is %f", (bits, value) => {
  expect(halfToNumber(bits)).toBe(value);
});

test("a chunk is unpacked from gzip", async () => {
  const packed = new Uint8Array(gzipSync(new Uint8Array([1, 2, 3])));
  expect([...new Uint8Array(await unpack(packed))]).toEqual([1, 2, 3]);
});

test("a payload of another schema names both and the remedy", () => {
  const payload = { schema: 99, generator: "attnviz 9.0", traces: [] } as unknown as Payload;
  expect(() => checkSchema(payload)).toThrow(/schema 4, but the data has schema 99 .*attnviz 9\.0/);
});
