import { describe, expect, test } from "vitest";
import { placeTooltip } from "../../src/ui/tooltip";

describe("tooltip", () => {
  const plate = { width: 100, height: 80 };
  const window = { width: 800, height: 600 };

  test("stands right of its anchor", () => {
    expect(placeTooltip(plate, { x: 100, y: 100 }, undefined, window).x).toBe(114);
  });

  test("turns away from what it must not cover", () => {
    const at = placeTooltip(plate, { x: 400, y: 300 }, { x: 500, y: 500 }, window);
    expect(at.x + plate.width).toBeLessThan(400);
    expect(at.y + plate.height).toBeLessThanOrEqual(307);
  });

  test("never leaves the window", () => {
    for (const [x, y] of [
      [0, 0],
      [795, 595],
      [795, 0],
    ] as const) {
      const at = placeTooltip(plate, { x, y }, { x: x + 1, y: y + 1 }, window);
      expect(at.x).toBeGreaterThanOrEqual(8);
      expect(at.x + plate.width).toBeLessThanOrEqual(792);
      expect(at.y + plate.height).toBeLessThanOrEqual(592);
    }
  });
});
