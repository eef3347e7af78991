import { expect, test } from "vitest";
import { formOf } from "../../src/attention/form";
import { HeadsLayer } from "../../src/attention/heads";
import { WeightLayer } from "../../src/attention/weights";
import type { ArrayRef } from "../../src/payload/schema";
import { LAYER } from "./reference";

const ref: ArrayRef = { chunk: "0", offset: 0, dtype: "u8", shape: [1] };

test("a layer's form is told by what it brings", () => {
  expect(formOf(LAYER)).toBe("vectors");
  expect(formOf({ ...LAYER, weights: { values: ref, scale: ref } })).toBe("bytes");
  expect(formOf({ ...LAYER, weights: { values: ref, scale: null } })).toBe("weights");
  expect(formOf({ ...LAYER, dHead: 0 })).toBe("weights");
});

test("weights are given as they came, head by head", () => {
  const alone = new WeightLayer({ ...LAYER, heads: 1 }, 2, 2, new Float32Array([1, 0, 0.25, 0.75]));
  const layer = new HeadsLayer({ ...LAYER, dHead: 0 }, 2, 2);
  layer.add(3, alone);
  expect([...layer.row(3, 1)]).toEqual([0.25, 0.75]);
  expect(layer.steps(3, 0)).toBeNull();
  expect([layer.has([3]), layer.has([2, 3])]).toEqual([true, false]);
});

test("which bias a layer has is known once a head is there", () => {
  const layer = new HeadsLayer(LAYER, 1, 1);
  const bias = { ...LAYER.bias, perKey: { ...ref, dtype: "f32" as const } };
  layer.add(0, new WeightLayer({ ...LAYER, bias }, 1, 1, new Float32Array([1])));
  expect(layer.layer.bias.perKey).not.toBeNull();
});
