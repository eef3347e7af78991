/** From one anatomy to the part of a scene that does not depend on theme or pointer: what is written
 *  where. Text is measured by whoever calls. */

import { type Label, type LabelFont, layLabel, type Measure } from "../../draw/labels";
import type { Layer, TokenTable } from "../../payload/schema";
import { tokenText } from "../../text/tokens";
import { type Anatomy, biased, order } from "./anatomy";
import { neuronLayout, rowTops } from "./layout";
import type { Scene } from "./scene";

export interface Given {
  anatomy: Anatomy;
  layer: Layer;
  queries: TokenTable;
  keys: TokenTable;
  query: number;
  /** Keys from top to bottom. */
  rows: readonly number[];
  order: "index" | "contribution";
  room: { width: number; height: number };
}

type Composed = Pick<
  Scene,
  | "layout"
  | "anatomy"
  | "layer"
  | "neurons"
  | "rows"
  | "tops"
  | "queryLabel"
  | "labels"
  | "style"
  | "measure"
>;

/** Labels take at most this share of the room; longer ones break. */
const LABELS = 0.4;
const SIZE = 13;
/** Of the black plate behind the query, at its right. */
const PLATE = 8;

export function createComposer(measure: Measure): (given: Given) => Composed {
  let named: { keys: TokenTable; most: number; all: Label[]; widest: number } | null = null;

  return (given) => {
    const { anatomy, layer, queries, keys, rows, room } = given;
    const style: LabelFont = { size: SIZE, lang: keys.lang };
    const most = LABELS * room.width;
    if (named?.keys !== keys || named.most !== most) {
      // All keys decide on the width, so that the column stays put when the rows change.
      const all = keys.label.map((_, key) => layLabel(tokenText(keys, key), style, measure, most));
      const widest = all.reduce((width, label) => Math.max(width, label.width), 0);
      named = { keys, most, all, widest };
    }
    const { all, widest } = named;
    const queryStyle = { ...style, lang: queries.lang };
    const queryLabel = layLabel(tokenText(queries, given.query), queryStyle, measure, most);
    const labels = rows.map((key) => all[key] as Label);
    const lines = labels.map((label) => label.lines.length);
    const layout = neuronLayout({
      ...room,
      dHead: layer.dHead,
      rows: lines.reduce((sum, count) => sum + count, 0),
      labels: Math.max(widest, queryLabel.width + PLATE),
      softcap: layer.softcap !== null,
      biased: biased(anatomy.steps),
    });
    return {
      layout,
      anatomy,
      layer,
      neurons: order(anatomy.spread, given.order),
      rows,
      tops: rowTops(layout.row, lines),
      queryLabel,
      labels,
      style,
      measure,
    };
  };
}
