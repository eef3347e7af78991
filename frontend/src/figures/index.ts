/**
 * Figures: from a payload and a state to an SVG string, without a page.
 *
 * The page's export and Python call the same `drawFigure`, and it calls the painters of the views, so a
 * figure is what the page shows.
 */

import type { Overview } from "../attention/source";
import type { ViewName } from "../payload/schema";
import { loadLayer } from "../state/loaded";
import { type Figure, type Given, moved, sizeOf } from "./figure";
import { headFigure } from "./head";
import { modelFigure } from "./model";
import { neuronFigure } from "./neuron";
import { textFigure } from "./text";
import { writeFigure } from "./write";

export { FigureError, type Given, LONGEST } from "./figure";

/** Between the model view and the view beside it. */
const BESIDE = 36;

interface Kind {
  /** Whether it shows thumbnails. */
  overview: boolean;
  /** Whether it may show a rollout. */
  rollout?: boolean;
  draw(given: Given, overview: Overview | null): Figure;
}

/** One view alone. */
const ALONE: Record<Exclude<ViewName, "explore">, Kind> = {
  head: { overview: false, draw: headFigure },
  neuron: { overview: false, draw: neuronFigure },
  text: { overview: false, rollout: true, draw: textFigure },
  model: { overview: true, draw: (given, overview) => modelFigure(given, overview as Overview) },
};

const FIGURES: Record<ViewName, Kind> = {
  ...ALONE,
  explore: { overview: true, rollout: true, draw: beside },
};

/** The model view, and the chosen view beside it. */
function beside(given: Given, overview: Overview | null): Figure {
  // What is asked for is the width of one view.
  const model = modelFigure(given, overview as Overview);
  const chosen = ALONE[given.state.pane].draw(given, overview);
  const left = sizeOf(model.parts).width + BESIDE;
  return {
    parts: [...model.parts, ...moved(chosen.parts, left, 0)],
    facts: [...chosen.facts, ...model.facts],
    everyLayer: chosen.everyLayer ?? false,
  };
}

export async function drawFigure(name: ViewName, given: Given): Promise<string> {
  const { source, state } = given;
  const kind = FIGURES[name];
  await loadLayer(source, state);
  if (kind.rollout && state.over === "rollout") await source.rollout(state.kind);
  const overview = kind.overview ? await source.overview(state.kind) : null;
  return writeFigure(given, kind.draw(given, overview));
}
