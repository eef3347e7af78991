/** What can be read on what, after WCAG 2.1; the numbers are the design's. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { contrast, type Theme, textOn, theme } from "../../src/draw/colour";

const BOTH = [false, true] as const;

describe.each(BOTH)("on paper (dark %s)", (dark) => {
  const colours = theme(dark);
  const on = (
    name: "ink" | "ink2" | "ink3" | "dim" | "focus",
    ground: "paper" | "raise" | "sunk",
  ) => contrast(colours[name], colours[ground]);

  test.each([
    ["ink", 17.3, 15.9],
    ["ink2", 7.4, 9.4],
    ["ink3", 4.8, 6.1],
    ["dim", 4.5, 5.4],
    ["focus", 6.1, 8.3],
  ] as const)("%s stands out", (name, light, night) => {
    const wanted = dark ? night : light;
    expect(on(name, "paper")).toBeGreaterThan(wanted - 0.1);
  });

  test.each(["ink", "ink2"] as const)("%s is read on plates and trays too", (name) => {
    for (const ground of ["raise", "sunk"] as const)
      expect(on(name, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test("every head's number is read on its chip, and every head's mark seen", () => {
    for (const head of colours.heads) {
      expect(contrast(head, colours.paper)).toBeGreaterThanOrEqual(dark ? 4.95 : 3);
      // Two of the light colours reach 4.46 with white: bold figures on them are allowed 3.
      expect(contrast(textOn(head, dark), head)).toBeGreaterThanOrEqual(4.4);
    }
  });

  test("the stylesheet has the colours of the canvases", () => {
    const path = fileURLToPath(new URL("../../src/style/base.css", import.meta.url));
    const [light = "", night = ""] = readFileSync(path, "utf8").split("prefers-color-scheme: dark");
    const sheet = dark ? night : light;
    const names = [
      "paper",
      "raise",
      "sunk",
      "hair",
      "hair2",
      "ink",
      "ink2",
      "ink3",
      "ink4",
      "dim",
      "focus",
    ];
    for (const name of names) {
      const written = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(sheet)?.[1];
      expect([name, written]).toEqual([name, colours[name as keyof Theme]]);
    }
  });
});
