import { describe, expect, it } from "vitest";
import { sideOf, unitTable } from "../../../src/attention/units";
import type { TokenTable } from "../../../src/payload/schema";
import { meter, rowFacts } from "../../../src/views/model/metrics";
import { NO_PLACES, NO_UNITS } from "../../units";

/** [CLS] a b [SEP] c [SEP] */
function pair(): TokenTable {
  const segment = [null, 0, 0, null, 1, null];
  return {
    label: ["[CLS]", "a", "b", "[SEP]", "c", "[SEP]"],
    raw: ["[CLS]", "a", "b", "[SEP]", "c", "[SEP]"],
    id: [1, 5, 6, 2, 7, 2],
    segment,
    word: [null, 0, 1, null, 2, null],
    flags: segment.map((s) => (s === null ? 1 : 0)),
    part: segment.map(() => null),
    segments: ["A", "B"],
    ...NO_PLACES,
    units: NO_UNITS,
    finders: [],
    lang: "en",
  };
}

const uniform = new Float64Array(6).fill(1 / 6);

function measure(rows: ArrayLike<number>[], queries = pair(), keys = queries) {
  const head = meter(rowFacts(queries, keys));
  for (const [query, row] of rows.entries()) head.add(query, row);
  return head.result();
}

describe("entropy", () => {
  it("is 1 where all keys are alike and 0 where one takes all", () => {
    expect(measure(Array(6).fill(uniform)).entropy).toBeCloseTo(1, 12);
    expect(measure(Array(6).fill([1, 0, 0, 0, 0, 0])).entropy).toBe(0);
  });

  it("is the mean over queries in nats ÷ ln keys", () => {
    const row = [0.5, 0.25, 0.25, 0, 0, 0];
    const nats = 0.5 * Math.log(2) + 0.5 * Math.log(4);
    expect(measure([row, [1, 0, 0, 0, 0, 0]]).entropy).toBeCloseTo(nats / 2 / Math.log(6), 12);
  });
});

describe("distance", () => {
  it("is Σ w |query − key| averaged over queries", () => {
    expect(measure([uniform]).distance).toBeCloseTo(15 / 6, 12);
    expect(
      measure([
        [0, 1, 0, 0, 0, 0],
        [1, 0, 0, 0, 0, 0],
      ]).distance,
    ).toBe(1);
  });

  it("has no meaning between two different texts", () => {
    expect(measure([uniform], pair(), pair()).distance).toBeNull();
  });
});

describe("mass", () => {
  it("to special tokens counts every one of them", () => {
    expect(measure([uniform]).special).toBeCloseTo(0.5, 12);
    expect(measure([[0.2, 0.1, 0.3, 0.1, 0.1, 0.2]]).special).toBeCloseTo(0.5, 12);
  });

  it("to the other text is the mean over the queries that have a text", () => {
    const rows = [
      [0, 0, 0, 0, 1, 0], // [CLS] belongs to no text and does not count
      [0, 0.4, 0, 0, 0.6, 0],
      [0, 0, 1, 0, 0, 0],
      uniform,
      [0, 0.1, 0.2, 0, 0.7, 0],
    ];
    expect(measure(rows).other).toBeCloseTo((0.6 + 0 + 0.3) / 3, 12);
  });

  it("is null where there is nothing of the kind", () => {
    const plain = pair();
    plain.flags = plain.flags.map(() => 0);
    plain.segment = plain.segment.map(() => 0);
    expect(measure([uniform], plain)).toMatchObject({ special: null, other: null });
  });
});

describe("what is left out of view", () => {
  it("leaves distances those of the text, and another text's tables have none", () => {
    const table = pair();
    const side = sideOf(table, { by: "token", hide: ["special"] }, null, []);
    const words = unitTable(table, "token", side);
    // From a to c there are three tokens, though [SEP] between them is hidden.
    expect(measure([[0, 0, 1]], words).distance).toBe(3);
    const keys = sideOf(table, { by: "token", hide: ["sinks"] }, null, [0]);
    expect(measure([[1, 0, 0, 0, 0]], table, unitTable(table, "token", keys)).distance).toBe(1);
  });

  it("counts rows by what is in view, and none where nothing is", () => {
    const part = [0.2, 0.2, 0, 0, 0, 0];
    const nothing = [0, 0, 0, 0, 0, 0];
    expect(measure([part, nothing]).entropy).toBeCloseTo(Math.log(2) / Math.log(6), 12);
    expect(measure([part]).distance).toBeCloseTo(0.5, 12);
    expect(measure([part, nothing]).special).toBeCloseTo(0.2, 12);
  });
});
