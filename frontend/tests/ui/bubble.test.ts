import { describe, expect, test } from "vitest";
import { placeBubble } from "../../src/ui/bubble";

describe("the place of a bubble", () => {
  const window = { width: 700, height: 400 };
  const plate = { width: 360, height: 150 };

  test("is under its button, and above it where there is no room below", () => {
    const at = (y: number) => placeBubble(plate, { x: 100, y, width: 24, height: 24 }, window);
    expect(at(40)).toEqual({ x: 92, y: 70 });
    expect(at(300)).toEqual({ x: 92, y: 144 });
  });

  test("is inside the window even where neither side has room", () => {
    const tall = { width: 360, height: 380 };
    const { x, y } = placeBubble(tall, { x: 650, y: 200, width: 24, height: 24 }, window);
    expect(x + tall.width).toBeLessThanOrEqual(692);
    expect(y).toBe(12);
  });
});
