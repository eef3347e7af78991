/** The neuron view as a figure: one query of one head, from its vectors to its weights. */

import { type LayerAttention, tablesOf } from "../attention/source";
import { SVG_RATIO } from "../draw/svg";
import { loadedLayer } from "../state/loaded";
import { count } from "../text/number";
import { tokenText } from "../text/tokens";
import { anatomy, vectorRange } from "../views/neuron/anatomy";
import { createComposer } from "../views/neuron/compose";
import { paint } from "../views/neuron/drawing";
import { contentHeight } from "../views/neuron/layout";
import type { Scene } from "../views/neuron/scene";
import { printedRows, queryOf, rowsOf } from "../views/neuron/selection";
import { carried } from "../views/neuron/sentences";
import { type Figure, FigureError, type Given } from "./figure";

const WIDTH = 1040;
const HEIGHT = 900;
/** Of more keys the strongest are shown, as on the page when asked for. */
const MOST_ROWS = 400;
/** What each takes, nearly. */
const ROW = 16;
/** A key below this is written in lighter ink, however low the threshold for lines is. */
const CONCERNED = 0.03;

export function neuronFigure(given: Given): Figure {
  const { source, state, theme, strings, measure, longest } = given;
  const { queries, keys } = tablesOf(source, state.kind);
  const attention = loadedLayer(source, state) as LayerAttention;
  const query = queryOf(state.token, queries);
  const range = attention.query(state.head, query) && vectorRange(attention, state.head);
  const parts = range === null ? null : anatomy(attention, state.head, query, range);
  if (parts === null) throw new FigureError(strings.figure.noVectors);
  const which = parts.keys > MOST_ROWS ? "strongest" : state.rows;
  const all = rowsOf(parts.steps.weight, which);
  const rows = all.length * ROW > longest ? printedRows(parts.steps.weight, all) : all;
  const composed = createComposer(measure)({
    anatomy: parts,
    layer: attention.layer,
    queries,
    keys,
    query,
    rows,
    order: state.neurons,
    room: { width: given.width ?? WIDTH, height: HEIGHT },
  });
  const scene: Scene = {
    ...composed,
    head: state.head,
    theme,
    words: strings.neuron,
    lang: strings.lang,
    threshold: Math.max(state.threshold, CONCERNED),
    row: null,
    neuron: null,
    scroll: 0,
    height: contentHeight(composed.tops),
  };
  const left = carried(parts, rows, strings.neuron);
  return {
    parts: [
      {
        x: 0,
        y: 0,
        width: scene.layout.width,
        height: scene.height,
        paint: (pen) => paint(pen, SVG_RATIO, scene),
      },
    ],
    facts: [
      { heads: [state.head] },
      strings.figure.query(tokenText(queries, query).text),
      ...(left === "" ? [] : [left]),
      ...(attention.layer.rotary ? [strings.neuron.status.rotary] : []),
      ...(parts.keys > rows.length ? [] : [strings.tokens(count(parts.keys))]),
    ],
  };
}
