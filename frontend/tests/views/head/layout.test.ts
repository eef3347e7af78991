import { describe, expect, test } from "vitest";
import type { TokenTable } from "../../../src/payload/schema";
import { hit, inView, labelBox, layOut, revealed } from "../../../src/views/head/geometry";
import type { HorizontalLayout } from "../../../src/views/head/horizontal";
import { between, type Room, spotAt, textRuns, wordRuns } from "../../../src/views/head/layout";
import type { VerticalLayout } from "../../../src/views/head/vertical";
import { NO_PLACES, NO_UNITS } from "../../units";

/** Every character is as wide as half its size. */
const measure = (text: string, font: string): number =>
  [...text].length * Number(/(\d+(\.\d+)?)px/.exec(font)?.[1]) * 0.5;

function table(labels: string[], change: Partial<TokenTable> = {}): TokenTable {
  const none = labels.map(() => null);
  return {
    label: labels,
    raw: labels,
    id: labels.map(() => 0),
    segment: labels.map(() => 0),
    word: labels.map((_, i) => i),
    flags: labels.map(() => 0),
    part: none,
    segments: ["A", "B"],
    ...NO_PLACES,
    units: NO_UNITS,
    finders: [],
    lang: "en",
    ...change,
  };
}

function room(tokens: TokenTable, change: Partial<Room> = {}): Room {
  return {
    queries: tokens,
    keys: tokens,
    width: 744,
    height: 700,
    heads: 4,
    inline: false,
    sides: null,
    centred: true,
    bars: true,
    measure,
    ...change,
  };
}

const words = (count: number): TokenTable =>
  table(Array.from({ length: count }, (_, i) => `token${i}`));
const vertical = (given: Room): VerticalLayout => layOut("vertical", given) as VerticalLayout;
const horizontal = (given: Room): HorizontalLayout =>
  layOut("horizontal", given) as HorizontalLayout;

describe("vertical", () => {
  test("queries, lines, keys and bars stand side by side without overlap", () => {
    const layout = vertical(room(words(37)));
    const box = labelBox(layout, "key", 36);
    expect(layout.queryRight).toBeLessThan(layout.from);
    expect(layout.to - layout.from).toBeGreaterThanOrEqual(280);
    expect(layout.to).toBeLessThan(layout.keyLeft);
    expect(box.x + box.width).toBeLessThan(layout.columns?.left ?? 0);
    const { left, pitch } = layout.columns ?? { left: 0, pitch: 0 };
    expect(left + 4 * pitch).toBeLessThanOrEqual(744);
  });

  test("a text that fits fills the height with rows of 14 to 20 pixels", () => {
    expect(vertical(room(words(37))).length).toBeCloseTo(700, 0);
    expect(vertical(room(words(5))).row).toBe(20);
  });

  test("a text that must scroll gets rows that read well", () => {
    const layout = vertical(room(words(512)));
    expect(layout.row).toBe(17);
    expect(inView(layout, 1700, 700).queries).toEqual({ first: 100, end: 140 });
  });

  test("keys of another text have a rule with its name, between labels and bars", () => {
    const [a, b] = [table(["x", "y"]), table(["z", "w"], { segment: [0, 1] })];
    expect(vertical(room(b)).rules.key).toBeNull();
    const { rules, columns, keyLeft } = vertical(room(a, { keys: b }));
    expect(rules.key).toBeGreaterThan(keyLeft + 40);
    expect(rules.key).toBeLessThan((columns?.left ?? 0) - 10);
  });

  test("labels, lines and bars together stand in the middle of a wide pane", () => {
    const { columns, queries, queryRight } = vertical(room(words(8), { width: 1352 }));
    const right = 1352 - ((columns?.left ?? 0) + 4 * (columns?.pitch ?? 0));
    const left = queryRight - Math.max(...queries.labels.map((label) => label.width));
    expect(Math.abs(left - right)).toBeLessThan(12);
    expect(vertical(room(words(8), { width: 1352, centred: false })).queryRight).toBeLessThan(
      queryRight,
    );
  });

  test("a label too long for its column is broken, and its row grows", () => {
    const layout = vertical(room(table(["x".repeat(120), "y"])));
    const [label] = layout.queries.labels;
    const [long, short] = layout.queries.spots;
    expect(label?.lines.length).toBeGreaterThan(1);
    expect(
      label?.lines
        .flat()
        .map((piece) => piece.text)
        .join(""),
    ).toBe("x".repeat(120));
    expect(label?.width).toBeLessThanOrEqual(0.4 * 744);
    const height = (spot = short): number => (spot?.end ?? 0) - (spot?.start ?? 0);
    // Every other line of 13 px letters, and a gap to the next label.
    expect(height(long)).toBeCloseTo(height(short) + 16.25 * ((label?.lines.length ?? 0) - 1) + 6);
  });

  test("a narrow view leaves the bars to the table", () => {
    const layout = vertical(room(words(9), { width: 400 }));
    expect(layout.columns).toBeNull();
    expect(layout.keyLeft).toBeLessThan(400);
  });

  test("many heads share the room that is left", () => {
    const { columns } = vertical(room(words(9), { heads: 32 }));
    expect((columns?.left ?? 0) + 32 * (columns?.pitch ?? 99)).toBeLessThanOrEqual(744);
  });
});

describe("horizontal", () => {
  test("tokens keep their own widths and never overlap", () => {
    const { spots, labels } = horizontal(room(table(["梅雨", "は", "何"]))).queries;
    for (const [i, spot] of spots.entries()) {
      expect(spot.end - spot.start).toBeGreaterThan(labels[i]?.width ?? 0);
      expect(spot.start).toBeGreaterThanOrEqual(spots[i - 1]?.end ?? 0);
    }
  });

  test("a text too long for one line scrolls at the smallest size", () => {
    const layout = horizontal(room(words(100)));
    expect(layout.style.size).toBe(13);
    expect(layout.length).toBeGreaterThan(744);
  });

  test("all of it fits the height", () => {
    const layout = horizontal(room(words(4)));
    expect(layout.height).toBe(700);
    expect(layout.list).toBeLessThan(700 - 48);
    expect(layout.bars.top + layout.bars.height).toBeLessThan(layout.list ?? 0);
  });
});

describe("finding places", () => {
  const layout = vertical(room(words(37)));
  const { middle } = layout.keys.spots[5] ?? { middle: 0 };

  test("left of the lines is a query, right of them a key, between them nothing", () => {
    expect(hit(layout, layout.from - 20, middle)).toEqual({ query: 5, key: null });
    expect(hit(layout, layout.keyLeft + 5, middle)).toEqual({ query: null, key: 5 });
    expect(hit(layout, (layout.from + layout.to) / 2, middle)).toEqual({ query: null, key: null });
  });

  test("beside all tokens is none", () => {
    expect(spotAt(layout.keys.spots, -5)).toBeNull();
    expect(spotAt(layout.keys.spots, 9999)).toBeNull();
    expect(between(layout.keys.spots, 9000, 9999)).toEqual({ first: 37, end: 37 });
  });

  test("a token in view stays where it is, one out of view comes to the middle", () => {
    const long = vertical(room(words(512)));
    expect(revealed(long, 3, 0, 700)).toBe(0);
    const at = revealed(long, 300, 0, 700);
    const range = inView(long, at, 700).queries;
    expect(range.first).toBeLessThan(300);
    expect(range.end).toBeGreaterThan(300);
  });
});

describe("runs", () => {
  test("of tokens with the same word", () => {
    const tokens = table(["[CLS]", "a", "b", "c", "d"], { word: [null, 0, 0, 1, 1] });
    expect(wordRuns(tokens)).toEqual([
      { first: 1, end: 3 },
      { first: 3, end: 5 },
    ]);
    expect(wordRuns(table(["x", "y"], { word: [null, null] }))).toEqual([]);
  });

  test("of the texts of a pair; one text has none", () => {
    const tokens = table(["[CLS]", "a", "[SEP]", "b", "[SEP]"], {
      segment: [null, 0, null, 1, null],
    });
    expect(textRuns(tokens)).toEqual([
      { name: "A", range: { first: 0, end: 3 } },
      { name: "B", range: { first: 3, end: 5 } },
    ]);
    expect(textRuns(words(3))).toEqual([]);
  });
});
