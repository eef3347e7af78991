import { describe, expect, test } from "vitest";
import { paperHeight } from "../../src/views/head/geometry";
import { PRINTED, printedRows } from "../../src/views/neuron/selection";

describe("on paper", () => {
  test("the head view is as high as its rows, and one sheet at most", () => {
    expect(paperHeight("vertical", 10)).toBe(248);
    expect(paperHeight("vertical", 500)).toBe(1040);
    expect(paperHeight("horizontal", 10)).toBe(paperHeight("horizontal", 500));
  });

  test("of many keys the strongest go there, in the order of the text", () => {
    const weight = Float32Array.from({ length: 100 }, (_, key) => ((key * 37) % 100) / 5000);
    const rows = printedRows(weight, Array.from(weight.keys()));
    const limit = [...weight].sort((a, b) => b - a)[PRINTED - 1] as number;
    expect(rows).toEqual([...weight.keys()].filter((key) => (weight[key] as number) >= limit));
    expect(rows).toHaveLength(PRINTED);
  });
});
