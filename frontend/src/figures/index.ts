/**
 * Figures: from a payload and a state to an SVG string, without a page.
 *
 * The page's export and Python call the same `drawFigure`, and it calls the painters of the views, so a
 * figure is what the page shows.
 */

import type { Overview } from "../attention/source";
import type { ViewName } from "../payload/schema";
import type { PaneName } from "../state/state";
import { type Figure, FigureError, type Given, moved, sizeOf } from "./figure";
import { headFigure } from "./head";
import { modelFigure } from "./model";
import { neuronFigure } from "./neuron";
import { writeFigure } from "./write";

export { FigureError, type Given } from "./figure";

/** Between the model view and the view beside it. */
const BESIDE = 36;

interface Kind {
  /** Whether it shows thumbnails. */
  overview: boolean;
  draw(given: Given, overview: Overview | null): Figure;
}

/** One view alone. */
const ALONE: Partial<Record<ViewName, Kind>> = {
  head: { overview: false, draw: headFigure },
  neuron: { overview: false, draw: neuronFigure },
  model: { overview: true, draw: (given, overview) => modelFigure(given, overview as Overview) },
};

/** Every view that has a figure. A view that is missing here is refused with a sentence. */
const FIGURES: Partial<Record<ViewName, Kind>> = {
  ...ALONE,
  explore: { overview: true, draw: beside },
};

/** Whether a view, beside the pane that is chosen, can be drawn. */
export function hasFigure(name: ViewName, pane: PaneName): boolean {
  return FIGURES[name] !== undefined && (name !== "explore" || ALONE[pane] !== undefined);
}

/** The model view, and the chosen view beside it. */
function beside(given: Given, overview: Overview | null): Figure {
  // What is asked for is the width of one view.
  const model = modelFigure(given, overview as Overview);
  const { pane } = given.state;
  const view = ALONE[pane];
  if (view === undefined) throw new FigureError(given.strings.figure.none(pane));
  const chosen = view.draw(given, overview);
  const left = sizeOf(model.parts).width + BESIDE;
  return {
    parts: [...model.parts, ...moved(chosen.parts, left, 0)],
    facts: [...chosen.facts, ...model.facts],
  };
}

export async function drawFigure(name: ViewName, given: Given): Promise<string> {
  const { source, state, strings } = given;
  const kind = FIGURES[name];
  if (kind === undefined) throw new FigureError(strings.figure.none(name));
  await source.layer(state.kind, state.layer);
  const overview = kind.overview ? await source.overview(state.kind) : null;
  return writeFigure(given, kind.draw(given, overview));
}
