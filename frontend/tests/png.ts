/** Reads the images that figures carry, by node's own zlib. */

import { inflateSync } from "node:zlib";

export interface Image {
  width: number;
  height: number;
  /** RGBA of a pixel. */
  at(x: number, y: number): number[];
}

export function readPng(bytes: Uint8Array): Image {
  const file = Buffer.from(bytes);
  const parts = new Map<string, Buffer>();
  for (let at = 8; at < file.length; ) {
    const size = file.readUInt32BE(at);
    parts.set(file.toString("latin1", at + 4, at + 8), file.subarray(at + 8, at + 8 + size));
    at += size + 12;
  }
  const header = parts.get("IHDR") as Buffer;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const lines = inflateSync(parts.get("IDAT") as Buffer);
  const [palette, alpha] = [parts.get("PLTE") as Buffer, parts.get("tRNS")];
  if (lines.length !== (width + 1) * height) throw new Error("lines of another length");
  return {
    width,
    height,
    at(x, y) {
      const place = lines[y * (width + 1) + 1 + x] as number;
      return [...palette.subarray(place * 3, place * 3 + 3), alpha?.[place] ?? 255];
    },
  };
}

export function fromHref(href: string): Image {
  return readPng(Buffer.from(href.replace("data:image/png;base64,", ""), "base64"));
}
