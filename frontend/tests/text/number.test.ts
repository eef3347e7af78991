import { describe, expect, it } from "vitest";
import { count, fixed, percent, share, signed } from "../../src/text/number";

describe("numbers", () => {
  it.each([
    [0, ".000"],
    [0.0004, "<.001"],
    [0.0005, ".001"],
    [0.5124, ".512"],
    [0.9994, ".999"],
    [0.9996, "1.00"],
    [1, "1.00"],
  ])("a share of %f is written %s", (value, text) => expect(share(value)).toBe(text));

  it.each([
    [-7.104, 2, "−7.10"],
    [-0.001, 2, "0.00"],
    [12.345, 1, "12.3"],
    [Number.NEGATIVE_INFINITY, 2, "−∞"],
  ])("%f with %i places is written %s", (value, places, text) =>
    expect(fixed(value, places)).toBe(text),
  );

  it("signed numbers have a plus or a real minus", () => {
    expect([1.95, -3.27, 0].map((value) => signed(value))).toEqual(["+1.95", "−3.27", "+0.00"]);
  });

  it("thousands stand apart by a thin space", () => {
    expect([999, 5476, 1234567].map(count)).toEqual(["999", "5\u2009476", "1\u2009234\u2009567"]);
    expect(percent(0.8912)).toBe("89.1\u2009%");
  });
});
