import { describe, expect, it } from "vitest";
import {
  contrast,
  headColour,
  headDash,
  ramp,
  signLookup,
  textOn,
  theme,
  weightLookup,
} from "../../src/draw/colour";

/** The RGBA bytes of one entry, so that the tests do not depend on the machine's byte order. */
function bytes(pixels: Uint32Array, index: number): number[] {
  return [...new Uint8Array(pixels.buffer, pixels.byteOffset + index * 4, 4)];
}

describe("heads", () => {
  it("gives head h colour h modulo 16, and a dash to those that share it", () => {
    const light = theme(false);
    expect(headColour(light, 0)).toBe("#3647b6");
    expect(headColour(light, 15)).toBe("#671989");
    expect(headColour(light, 16)).toBe("#3647b6");
    expect(headColour(theme(true), 33)).toBe("#ef8e3d");
    expect([0, 15, 16, 31, 32, 63].map(headDash)).toEqual([[], [], [6, 3], [6, 3], [2, 3], [2, 3]]);
  });

  it.each([false, true])("has 16 different colours that can be seen on paper (dark %s)", (dark) => {
    const colours = theme(dark);
    expect(new Set(colours.heads).size).toBe(16);
    for (const head of colours.heads)
      expect(contrast(head, colours.paper)).toBeGreaterThanOrEqual(dark ? 4.95 : 3);
  });
});

describe("ramp", () => {
  it("meets its stops and lies half-way between them", () => {
    expect(ramp(["#000000", "#ff0000", "#ff00ff"], 0)).toEqual([0, 0, 0]);
    expect(ramp(["#000000", "#ff0000", "#ff00ff"], 0.25)).toEqual([128, 0, 0]);
    expect(ramp(["#000000", "#ff0000", "#ff00ff"], 0.5)).toEqual([255, 0, 0]);
    expect(ramp(["#000000", "#ff0000", "#ff00ff"], 1)).toEqual([255, 0, 255]);
  });

  it("stays on its ends outside 0 to 1", () => {
    expect(ramp(["#102030", "#405060"], -3)).toEqual([16, 32, 48]);
    expect(ramp(["#102030", "#405060"], 7)).toEqual([64, 80, 96]);
  });
});

describe("lookup tables", () => {
  it("hold 256 opaque colours from the first stop to the last", () => {
    const { pixels } = weightLookup(theme(false));
    expect(pixels.length).toBe(256);
    expect(bytes(pixels, 0)).toEqual([0xfb, 0xfb, 0xfb, 255]);
    expect(bytes(pixels, 255)).toEqual([0x25, 0x14, 0x5e, 255]);
  });

  it("are made once a theme", () => {
    expect(signLookup(theme(true))).toBe(signLookup(theme(true)));
    expect(signLookup(theme(true))).not.toBe(signLookup(theme(false)));
  });
});

describe("text", () => {
  it("is white where white reaches 4.5 and dark elsewhere", () => {
    expect(textOn("#3647b6")).toBe("#ffffff");
    expect(textOn("#62a212")).toBe("#15181e");
    expect(textOn("#b3ee83", true)).toBe("#0e1014");
  });

  it.each([false, true])("can be read on the plate of every head (dark %s)", (dark) => {
    for (const head of theme(dark).heads)
      expect(contrast(textOn(head, dark), head)).toBeGreaterThanOrEqual(4.45);
  });
});
