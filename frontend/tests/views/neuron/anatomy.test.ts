import { describe, expect, it } from "vitest";
import type { LayerAttention, Steps } from "../../../src/attention/source";
import {
  anatomy,
  biased,
  createDissector,
  order,
  percentile,
  scaleFigure,
  scaleName,
  spread,
  stepRange,
  vectorRange,
} from "../../../src/views/neuron/anatomy";

const Q = [Float32Array.of(1, -2, 0)];
const K = [Float32Array.of(3, 1, 9), Float32Array.of(3, -1, 2), Float32Array.of(3, 5, 4)];

function layer(bias = [0, 0, 0], vectors = true): LayerAttention {
  const steps: Steps = {
    dot: Float32Array.of(1, 5, -7),
    scaled: Float32Array.of(0.5, 2.5, -3.5),
    capped: Float32Array.of(0.5, 2.5, -3.5),
    bias: Float32Array.from(bias),
    weight: Float32Array.of(0.2, 0.7, 0.1),
  };
  return {
    layer: { heads: 1, dHead: 3 } as LayerAttention["layer"],
    queries: 1,
    keys: 3,
    row: () => steps.weight,
    missing: null,
    rowCost: 1,
    query: () => (vectors ? (Q[0] as Float32Array) : null),
    key: (_, key) => (vectors ? (K[key] as Float32Array) : null),
    steps: () => (vectors ? steps : null),
  };
}

describe("percentile", () => {
  it("is the value that the share of all values does not exceed", () => {
    const values = Float32Array.from({ length: 200 }, (_, i) => (i * 71) % 200);
    expect(percentile(values, 0.985)).toBe(196);
    expect(percentile(Float32Array.of(4), 0.985)).toBe(4);
    expect(percentile(new Float32Array(0), 0.985)).toBe(0);
  });
});

describe("spread", () => {
  it("is the standard deviation over keys of q × k", () => {
    const key = (index: number): Float32Array => K[index] as Float32Array;
    const deviation = Math.sqrt(
      ((-2 - -10 / 3) ** 2 + (2 - -10 / 3) ** 2 + (-10 - -10 / 3) ** 2) / 3,
    );
    const found = spread(Q[0] as Float32Array, [0, 1, 2], key);
    // The first neuron adds the same to every key, the third has q = 0: neither moves a weight.
    expect(found[0]).toBe(0);
    expect(found[1]).toBeCloseTo(deviation, 5);
    expect(found[2]).toBe(0);
  });

  it("leaves masked keys out", () => {
    const parts = anatomy(layer([0, 0, -Infinity]), 0, 0, 1);
    expect(parts?.spread[1]).toBeCloseTo(2, 6);
  });
});

describe("anatomy", () => {
  it("takes both scales from the 98.5th percentile of |v|", () => {
    expect(vectorRange(layer(), 0)).toBe(9);
    expect(anatomy(layer(), 0, 0, 9)).toMatchObject({ vectorRange: 9, productRange: 10 });
  });

  it("is null where the trace has no vectors", () => {
    expect(anatomy(layer([0, 0, 0], false), 0, 0, 1)).toBeNull();
    expect(createDissector()(layer([0, 0, 0], false), 0, 0)).toBeNull();
  });

  it("is made once for a query", () => {
    const dissect = createDissector();
    const attention = layer();
    expect(dissect(attention, 0, 0)).toBe(dissect(attention, 0, 0));
    expect(dissect(layer(), 0, 0)).not.toBe(dissect(attention, 0, 0));
  });
});

describe("order", () => {
  it("is by spread, the strongest first, or as in the model", () => {
    expect(order(Float32Array.of(1, 3, 2), "contribution")).toEqual([1, 2, 0]);
    expect(order(Float32Array.of(1, 3, 2), "index")).toEqual([0, 1, 2]);
  });
});

describe("the scale", () => {
  it("is named as the model does it", () => {
    expect([scaleName(32 ** -0.5, 32), scaleFigure(32 ** -0.5, 32)]).toEqual(["÷ √32", "÷ 5.66"]);
    expect([scaleName(1, 64), scaleFigure(1, 64)]).toEqual(["× 1", "× 1"]);
    expect(scaleName(0.0625, 128)).toBe("× 0.0625");
  });
});

describe("the steps' common scale", () => {
  const steps = (bias: number[]): Steps => ({
    dot: Float32Array.of(90, 90, 90),
    scaled: Float32Array.of(0.5, -2, 99),
    capped: Float32Array.of(0.5, -1.5, 98),
    bias: Float32Array.from(bias),
    weight: Float32Array.of(0, 0, 0),
  });

  it("ends at the largest of scores and biases; masked keys and the sum are not in it", () => {
    expect(stepRange(steps([-6, 1, -Infinity]), [0, 1, 2])).toBe(6);
    expect(stepRange(steps([0, 0, -Infinity]), [0, 1, 2])).toBe(2);
    expect(stepRange(steps([-6, 1, -Infinity]), [1])).toBe(2);
  });

  it("tells a bias from a mask", () => {
    expect(biased(steps([0, -1, 0]))).toBe(true);
    expect(biased(steps([0, -Infinity, 0]))).toBe(false);
  });
});
