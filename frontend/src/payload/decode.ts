/** From the chunks of a page to typed arrays. */

import { type ArrayRef, type Payload, SCHEMA } from "./schema";

/** Gives a chunk's unpacked bytes. */
export type ChunkReader = (id: string) => Promise<ArrayBuffer>;

const BYTES = { u8: 1, f16: 2, f32: 4 } as const;

/** Says in a sentence what is wrong with a payload that this page cannot show. */
export function checkSchema(payload: Payload): void {
  if (payload.schema !== SCHEMA) {
    throw new Error(
      `This page reads data of schema ${SCHEMA}, but the data has schema ${payload.schema} ` +
        `(written by ${payload.generator}). Save the view again with one version of attnviz.`,
    );
  }
  if (payload.traces.length === 0) throw new Error("This page carries no text.");
}

export function arrayLength(ref: ArrayRef): number {
  return ref.shape.reduce((product, size) => product * size, 1);
}

/** Puts the byte planes of `count` numbers together again, as little-endian bytes. */
function joinPlanes(bytes: Uint8Array, count: number, width: number): DataView {
  const joined = new Uint8Array(count * width);
  for (let plane = 0; plane < width; plane++) {
    const from = plane * count;
    for (let i = 0; i < count; i++) joined[i * width + plane] = bytes[from + i] as number;
  }
  return new DataView(joined.buffer);
}

/** The value of sixteen bits as IEEE 754 half precision. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function slice(chunk: ArrayBuffer, ref: ArrayRef): Uint8Array {
  const size = arrayLength(ref) * BYTES[ref.dtype];
  if (ref.offset + size > chunk.byteLength) {
    throw new Error(
      `Chunk ${ref.chunk} is too short: ${ref.offset + size} bytes asked for, ${chunk.byteLength} there.`,
    );
  }
  return new Uint8Array(chunk, ref.offset, size);
}

export function decodeBytes(chunk: ArrayBuffer, ref: ArrayRef): Uint8Array {
  if (ref.dtype !== "u8")
    throw new Error(`Bytes expected in chunk ${ref.chunk}, not ${ref.dtype}.`);
  return slice(chunk, ref);
}

export function decodeFloats(chunk: ArrayBuffer, ref: ArrayRef): Float32Array {
  const bytes = slice(chunk, ref);
  const count = arrayLength(ref);
  const out = new Float32Array(count);
  if (ref.dtype === "u8") throw new Error(`Numbers expected in chunk ${ref.chunk}, not bytes.`);
  const view = joinPlanes(bytes, count, BYTES[ref.dtype]);
  if (ref.dtype === "f32") {
    for (let i = 0; i < count; i++) out[i] = view.getFloat32(i * 4, true);
  } else {
    for (let i = 0; i < count; i++) out[i] = halfToNumber(view.getUint16(i * 2, true));
  }
  return out;
}
