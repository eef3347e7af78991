import { describe, expect, it } from "vitest";
import {
  contentHeight,
  HEADER,
  hit,
  neuronLayout,
  rowAt,
  rowsInView,
  rowTops,
} from "../../../src/views/neuron/layout";

const room = {
  width: 1352,
  height: 750,
  dHead: 32,
  rows: 37,
  labels: 84,
  softcap: false,
  biased: false,
};

describe("neuronLayout", () => {
  it.each([
    [16, 11],
    [32, 11],
    [64, 5.5],
    [128, 2.75],
  ])("a head of %i neurons has cells of %f px", (dHead, cell) => {
    expect(neuronLayout({ ...room, dHead }).cell).toBe(cell);
  });

  it.each([
    [1352, false],
    [1352, true],
    [744, false],
    [744, true],
    [652, false],
    [1352, true, true],
    [744, true, true],
    [652, false, true],
  ])("nothing overlaps in %i px (softcap %s, bias %s)", (width, softcap, biased = false) => {
    const layout = neuronLayout({ ...room, width, softcap, biased });
    const ends = [layout.k, layout.product, ...layout.columns].map(({ x, width }) => [
      x,
      x + width,
    ]);
    let right = layout.labels;
    for (const [start, end] of ends) {
      expect(start).toBeGreaterThan(right);
      right = end as number;
    }
    expect(right).toBe(layout.width);
    expect(layout.width).toBeLessThanOrEqual(width);
  });

  it("scrolls sideways where not even narrow vectors fit", () => {
    expect(neuronLayout({ ...room, width: 360 }).width).toBeGreaterThan(360);
  });

  it("has bars for a bias, as long as those of the other steps", () => {
    const bars = (biased: boolean): Record<string, number> =>
      Object.fromEntries(
        neuronLayout({ ...room, biased }).columns.map(({ name, bars }) => [name, bars]),
      );
    expect(bars(false).bias).toBe(0);
    expect(bars(true).bias).toBeGreaterThan(20);
    expect(bars(true).bias).toBe(bars(true).scaled);
  });

  it("has a column of its own for softcap", () => {
    const names = neuronLayout({ ...room, softcap: true }).columns.map(({ name }) => name);
    expect(names).toEqual(["sum", "scaled", "capped", "bias", "weight"]);
  });

  it("keeps rows between 16 and 20 px", () => {
    expect(neuronLayout({ ...room, rows: 5 }).row).toBe(20);
    expect(neuronLayout(room).row).toBe(16);
    expect(neuronLayout({ ...room, rows: 512 }).row).toBe(16);
  });
});

describe("rows", () => {
  it("grow with a label that breaks over two lines", () => {
    expect([...rowTops(16, [1, 2, 1])]).toEqual([0, 16, 48, 64]);
    expect(contentHeight(rowTops(16, [1, 2, 1]))).toBe(HEADER.rows + 64 + 8);
  });

  it("are found by their height", () => {
    const tops = rowTops(16, [1, 2, 1]);
    expect([0, 15.9, 16, 47, 48, 63, 64, 500].map((y) => rowAt(tops, y))).toEqual([
      0, 0, 1, 1, 2, 2, 3, 3,
    ]);
  });

  it("are drawn only where they can be seen", () => {
    const tops = rowTops(14, new Array(512).fill(1));
    expect(rowsInView(tops, 0, HEADER.rows + 140)).toEqual([0, 11]);
    expect(rowsInView(tops, 700, HEADER.rows + 140)).toEqual([50, 61]);
    expect(rowsInView(tops, 512 * 14 - 140, HEADER.rows + 140)).toEqual([502, 512]);
  });
});

describe("hit", () => {
  const layout = neuronLayout(room);
  const tops = rowTops(layout.row, new Array(37).fill(1));
  const at = (x: number, y: number, scroll = 0) => hit(layout, tops, scroll, x, y);

  it("finds row and neuron in both blocks", () => {
    expect(at(layout.k.x + 12, HEADER.rows + 1)).toEqual({ row: 0, neuron: 1 });
    expect(at(layout.product.x, HEADER.rows + 17)).toEqual({ row: 1, neuron: 0 });
    expect(at(layout.product.x, HEADER.rows + 1, 32)).toEqual({ row: 2, neuron: 0 });
  });

  it("finds a row beside the blocks, and a neuron at the query", () => {
    expect(at(2, HEADER.rows + 1)).toEqual({ row: 0, neuron: null });
    expect(at(layout.k.x, HEADER.q.top + 3)).toEqual({ row: null, neuron: 0 });
    expect(at(layout.k.x, 2)).toEqual({ row: null, neuron: null });
    expect(at(2, 5000)).toEqual({ row: null, neuron: null });
  });
});
