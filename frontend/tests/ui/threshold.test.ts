import { describe, expect, test } from "vitest";
import type { LayerAttention } from "../../src/attention/source";
import { BINS, massHistogram, stepOf, weightAt } from "../../src/ui/threshold";
import { LAYER } from "../attention/reference";

describe("threshold", () => {
  test("its axis is the root of the weight", () => {
    expect(weightAt(20)).toBe(0.04);
    expect(stepOf(0.04)).toBe(20);
    expect(weightAt(100)).toBe(1);
  });

  test("the histogram shows where the mass lies", () => {
    const attention = {
      layer: LAYER,
      queries: 1,
      keys: 2,
      rowCost: 2,
      row: () => new Float32Array([1, 0.01]),
    } as unknown as LayerAttention;
    const bins = massHistogram(attention, [0]);
    expect(bins[BINS - 1]).toBeCloseTo(1 / 1.01, 5);
    expect(bins.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
  });
});
