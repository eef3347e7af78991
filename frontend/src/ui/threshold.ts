/** The least weight that is drawn: a slider on a √ axis over a histogram of attention mass, so that
 *  one sees what a threshold costs. */

import type { LayerAttention } from "../attention/source";
import type { Theme } from "../draw/colour";
import { paintHatch } from "../draw/hatch";
import { fitCanvas } from "../draw/surface";
import { share } from "../text/number";
import { el } from "./dom";

const STEPS = 100;
export const BINS = 25;
/** The shape of a histogram needs no more rows than this, and fewer where they take long to compute. */
const ROWS = { most: 32, least: 4 };
/** Multiplications that a histogram may cost. */
const COST = 25e6;
const WIDTH = 104;
const HEIGHT = 24;

/** Share of the attention mass in each of `BINS` equal steps of √weight. */
export function massHistogram(attention: LayerAttention, heads: readonly number[]): Float64Array {
  const bins = new Float64Array(BINS);
  const { keys, queries, rowCost } = attention;
  const affordable = COST / Math.max(1, rowCost * heads.length);
  const wanted = Math.max(ROWS.least, Math.min(ROWS.most, Math.floor(affordable)));
  const rows = Math.min(wanted, queries);
  let mass = 0;
  for (let i = 0; i < rows; i++) {
    const query = Math.floor((i * queries) / rows);
    for (const head of heads) {
      const row = attention.row(head, query);
      for (let key = 0; key < keys; key++) {
        const weight = row[key] as number;
        if (weight === 0) continue;
        const bin = Math.min(BINS - 1, Math.floor(Math.sqrt(weight) * BINS));
        bins[bin] = (bins[bin] as number) + weight;
        mass += weight;
      }
    }
  }
  return mass > 0 ? bins.map((value) => value / mass) : bins;
}

/** The weight at a place of the slider, and back. */
export const weightAt = (step: number): number => Math.round((step / STEPS) ** 2 * 1e4) / 1e4;
export const stepOf = (weight: number): number => Math.round(Math.sqrt(weight) * STEPS);

export interface Threshold {
  element: HTMLElement;
  /** `below`: weights under this are not all there, and hatched; 0 where all are. */
  update(threshold: number, histogram: Float64Array | null, below: number, theme: Theme): void;
}

export function thresholdSlider(
  words: { label: string; meaning: string },
  choose: (threshold: number) => void,
): Threshold {
  const canvas = el("canvas", { "aria-hidden": "true" });
  const input = el("input", {
    type: "range",
    min: 0,
    max: STEPS,
    step: 1,
    "aria-label": words.label,
  });
  const output = el("output", { class: "number" });
  const element = el(
    "label",
    { class: "labelled threshold", title: words.meaning },
    el("span", { class: "label" }, words.label),
    el("span", { class: "threshold-track" }, canvas, input),
    output,
  );
  input.addEventListener("input", () => choose(weightAt(input.valueAsNumber)));
  return {
    element,
    update(threshold, histogram, below, theme) {
      const step = stepOf(threshold);
      input.value = String(step);
      const written = share(threshold);
      input.setAttribute("aria-valuetext", written);
      output.textContent = written;
      paint(canvas, step / STEPS, histogram, below, theme);
    },
  };
}

function paint(
  canvas: HTMLCanvasElement,
  place: number,
  histogram: Float64Array | null,
  below: number,
  theme: Theme,
): void {
  const { context } = fitCanvas(canvas, WIDTH, HEIGHT);
  const base = HEIGHT - 5;
  const most = Math.max(1e-9, ...(histogram ?? [1]));
  const pitch = WIDTH / BINS;
  for (let bin = 0; bin < BINS; bin++) {
    const height =
      histogram === null ? 1 : Math.max(1, ((histogram[bin] ?? 0) / most) * (base - 2));
    context.fillStyle = (bin + 0.5) / BINS < place ? theme.hair2 : theme.ink3;
    context.fillRect(bin * pitch, base - height, pitch - 1, height);
  }
  if (below > 0) {
    const box = { left: 0, top: 2, width: Math.ceil(Math.sqrt(below) * WIDTH), height: base - 2 };
    paintHatch(context, box, theme.ink4, 4);
  }
  const x = Math.max(1, Math.min(WIDTH - 1, place * WIDTH));
  context.fillStyle = theme.ink;
  context.fillRect(x - 0.75, 1, 1.5, base);
  context.beginPath();
  context.arc(Math.max(3.5, Math.min(WIDTH - 3.5, x)), base + 1, 3.5, 0, 2 * Math.PI);
  context.fill();
}
