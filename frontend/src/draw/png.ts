/**
 * Small maps as PNG, without a canvas and without a library.
 *
 * A map has few colours and each of its cells is many equal pixels, so the image takes a palette, and
 * two kinds of repetition pack it: the pixel before, and the pixel above.
 */

/** An image of RGBA pixels (`Uint32Array` over its bytes) with at most 256 colours. */
export function indexedPng(
  pixels: Uint32Array,
  width: number,
  height: number,
): Uint8Array<ArrayBuffer> {
  const places = new Map<number, number>();
  const stride = width + 1; // A byte before each line names its filter: none.
  const lines = new Uint8Array(stride * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const colour = pixels[row * width + column] as number;
      let place = places.get(colour);
      if (place === undefined) {
        place = places.size;
        if (place > 255) throw new Error("An indexed image has at most 256 colours.");
        places.set(colour, place);
      }
      lines[row * stride + 1 + column] = place;
    }
  }
  const colours = new Uint8Array(Uint32Array.from(places.keys()).buffer);
  const palette = colours.filter((_, i) => i % 4 < 3);
  const alpha = colours.filter((_, i) => i % 4 === 3);
  const header = [...bigEndian(width), ...bigEndian(height), 8, 3, 0, 0, 0];
  return joined([
    [137, 80, 78, 71, 13, 10, 26, 10],
    ...chunk("IHDR", header),
    ...chunk("PLTE", palette),
    ...(alpha.every((value) => value === 255) ? [] : chunk("tRNS", alpha)),
    ...chunk("IDAT", zlib(lines, stride)),
    ...chunk("IEND", []),
  ]);
}

type Bytes = ArrayLike<number>;

function joined(parts: readonly Bytes[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function bigEndian(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
}

function chunk(name: string, data: Bytes): Bytes[] {
  const named = joined([[...name].map((letter) => letter.charCodeAt(0)), data]);
  return [bigEndian(data.length), named, bigEndian(crc(named))];
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let k = 0; k < 8; k++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (CRC[(value ^ byte) & 255] as number) ^ (value >>> 8);
  return ~value >>> 0;
}

function adler(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

/** Deflate's lengths and distances: the first value of each code; the bits that follow tell how far
 *  beyond it. */
const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
  163, 195, 227, 258,
];
const LENGTH_BITS = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const DISTANCES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
  3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
const LONGEST = 258;
const FARTHEST = 32768;

/** The last entry that does not exceed a value. */
function entry(table: readonly number[], value: number): number {
  let place = table.length - 1;
  while ((table[place] as number) > value) place--;
  return place;
}

/** A zlib stream of one block with deflate's fixed codes (RFC 1951, 3.2.6). */
export function zlib(bytes: Uint8Array, stride: number): Uint8Array<ArrayBuffer> {
  // A literal takes nine bits at most.
  const out = new Uint8Array(Math.ceil((bytes.length * 9) / 8) + 16);
  let length = 0;
  let held = 0;
  let count = 0;

  function bits(value: number, size: number): void {
    held |= value << count;
    count += size;
    while (count >= 8) {
      out[length++] = held & 255;
      held >>>= 8;
      count -= 8;
    }
  }

  /** Huffman codes go from their highest bit on. */
  function code(value: number, size: number): void {
    for (let bit = size - 1; bit >= 0; bit--) bits((value >>> bit) & 1, 1);
  }

  function symbol(value: number): void {
    if (value < 144) code(48 + value, 8);
    else if (value < 256) code(400 + value - 144, 9);
    else if (value < 280) code(value - 256, 7);
    else code(192 + value - 280, 8);
  }

  function same(at: number, distance: number): number {
    if (distance > at || distance > FARTHEST) return 0;
    const most = Math.min(LONGEST, bytes.length - at);
    let size = 0;
    while (size < most && bytes[at + size] === bytes[at + size - distance]) size++;
    return size;
  }

  out.set([0x78, 1]);
  length = 2;
  bits(1, 1);
  bits(1, 2);
  let at = 0;
  while (at < bytes.length) {
    const before = same(at, 1);
    const above = same(at, stride);
    const [size, distance] = above > before ? [above, stride] : [before, 1];
    if (size < 3) {
      symbol(bytes[at] as number);
      at += 1;
      continue;
    }
    const long = entry(LENGTHS, size);
    symbol(257 + long);
    bits(size - (LENGTHS[long] as number), LENGTH_BITS[long] as number);
    const far = entry(DISTANCES, distance);
    code(far, 5);
    bits(distance - (DISTANCES[far] as number), Math.max(0, (far >> 1) - 1));
    at += size;
  }
  symbol(256);
  bits(0, (8 - (count % 8)) % 8);
  out.set(bigEndian(adler(bytes)), length);
  return out.slice(0, length + 4);
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** V8 alone has no `btoa`. */
export function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    const whole = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    parts.push(
      (LETTERS[whole >> 18] as string) +
        LETTERS[(whole >> 12) & 63] +
        (b === undefined ? "=" : LETTERS[(whole >> 6) & 63]) +
        (c === undefined ? "=" : LETTERS[whole & 63]),
    );
  }
  return parts.join("");
}
