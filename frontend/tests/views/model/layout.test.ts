import { describe, expect, it } from "vitest";
import { sideOf, unitTable } from "../../../src/attention/units";
import type { TokenTable } from "../../../src/payload/schema";
import {
  axisOf,
  cellAt,
  cornerOf,
  gridLayout,
  gridRoom,
  placeAt,
  scrollInto,
  zoomLayout,
} from "../../../src/views/model/layout";
import { NO_PLACES, NO_UNITS } from "../../units";

const ROOM = { width: 560, height: 900 };

describe("gridLayout", () => {
  it.each([
    [6, 6, 48],
    [6, 12, 40],
    [32, 32, 24],
  ])("%i layers of %i heads get thumbnails of %i px", (layers, heads, cell) => {
    expect(gridLayout(layers, heads, ROOM).cell).toBe(cell);
  });

  it("fits a room that has place for 24 px and scrolls in one that has not", () => {
    expect(gridLayout(12, 12, ROOM).width).toBeLessThanOrEqual(ROOM.width);
    expect(gridLayout(12, 32, ROOM).width).toBeGreaterThan(ROOM.width);
  });

  it("gives way to a low window, so that the enlarged head stays in sight", () => {
    const room = gridRoom(560, 900, false);
    const grid = gridLayout(12, 12, room);
    expect(grid.height).toBeLessThanOrEqual(room.height);
    expect(grid.cell).toBeGreaterThanOrEqual(24);
  });
});

describe("placeAt", () => {
  const grid = gridLayout(6, 12, ROOM);

  it("finds every thumbnail by its corners", () => {
    for (const place of [
      { layer: 0, head: 0 },
      { layer: 5, head: 11 },
      { layer: 2, head: 7 },
    ]) {
      const { x, y } = cornerOf(grid, place);
      expect(placeAt(grid, x, y)).toEqual(place);
      expect(placeAt(grid, x + grid.cell - 1, y + grid.cell - 1)).toEqual(place);
    }
  });

  it("finds nothing in gaps, on numbers, or outside", () => {
    const { x, y } = cornerOf(grid, { layer: 1, head: 1 });
    expect(placeAt(grid, x - 2, y)).toBeNull();
    expect(placeAt(grid, x, y - 2)).toBeNull();
    expect(placeAt(grid, 3, 3)).toBeNull();
    expect(placeAt(grid, 5000, y)).toBeNull();
  });
});

describe("scrollInto", () => {
  it("moves only as far as it must", () => {
    expect(scrollInto(0, 400, 20, 100, 24)).toBe(0);
    expect(scrollInto(0, 400, 20, 500, 24)).toBe(129);
    expect(scrollInto(300, 400, 20, 100, 24)).toBe(75);
    expect(scrollInto(300, 400, 20, 21, 24)).toBe(0);
  });
});

describe("the enlarged head", () => {
  const table = (segment: (number | null)[]): TokenTable => ({
    label: segment.map(() => "a"),
    raw: [],
    id: [],
    segment,
    word: [],
    flags: [],
    part: [],
    segments: ["A", "B"],
    ...NO_PLACES,
    units: NO_UNITS,
    finders: [],
    lang: null,
  });

  it("parts a pair before its second text, and a single text nowhere", () => {
    expect(axisOf(table([null, 0, null, 1, null]))).toMatchObject({ count: 5, boundary: 3 });
    expect(axisOf(table([null, 0, 0, null]))).toMatchObject({ boundary: null, names: [] });
  });

  it("names the one text of a pair that was chosen", () => {
    const pair = table([null, 0, 0, null, 1, null]);
    const of = (text: number) =>
      axisOf(unitTable(pair, "token", sideOf(pair, { by: "token", hide: [] }, text, [])));
    expect(of(0)).toMatchObject({ count: 4, boundary: null, names: ["A"] });
    expect(of(1)).toMatchObject({ count: 2, boundary: null, names: ["B"] });
  });

  it("has square cells, the longer side 232 px", () => {
    const zoom = zoomLayout(
      { count: 10, boundary: null, names: [] },
      { count: 40, boundary: null, names: [] },
    );
    expect([zoom.width, zoom.height]).toEqual([232, 58]);
  });

  it("names the cell under a point, also where a text has more tokens than pixels", () => {
    const axis = { count: 512, boundary: null, names: [] };
    const zoom = zoomLayout(axis, axis);
    expect(cellAt(zoom, zoom.left, zoom.top)).toEqual({ query: 0, key: 0 });
    expect(cellAt(zoom, zoom.left + 231.9, zoom.top + 116)).toEqual({ query: 256, key: 511 });
    expect(cellAt(zoom, zoom.left - 1, zoom.top)).toBeNull();
    expect(cellAt(zoom, zoom.left, zoom.top + 232)).toBeNull();
  });
});
