/** The whole drawing of the neuron view, from a scene to a canvas. */

import { type Label, paintLabel } from "../../draw/labels";
import type { Pen } from "../../draw/pen";
import { font } from "../../text/fonts";
import { paintFrames, paintHeader, paintRows } from "./blocks";
import { paintColumns, paintHeadings } from "./columns";
import { HEADER, rowsInView } from "./layout";
import type { Scene } from "./scene";

export function paint(context: Pen, ratio: number, scene: Scene): void {
  const seen = rowsInView(scene.tops, scene.scroll, scene.height);
  paintRows(context, ratio, scene, seen);
  paintColumns(context, scene, seen);
  paintLabels(context, scene, seen);
  // Pixels know no clipping: rows that scroll out are painted whole, and the header over them.
  context.clearRect(0, 0, scene.layout.width, HEADER.rows - 1);
  if (scene.scroll > 0) {
    context.fillStyle = scene.theme.hair;
    context.fillRect(0, HEADER.rows - 2, scene.layout.width, 1);
  }
  paintHeader(context, ratio, scene);
  paintHeadings(context, scene);
  paintQuery(context, scene);
  paintFrames(context, scene);
}

function paintLabels(context: Pen, scene: Scene, [first, end]: readonly [number, number]): void {
  const { layout, tops, scroll, rows, anatomy, theme, style, measure } = scene;
  for (let row = first; row < end; row++) {
    const top = HEADER.rows + (tops[row] as number) - scroll;
    const height = (tops[row + 1] as number) - (tops[row] as number) - 1;
    const concerned = (anatomy.steps.weight[rows[row] as number] as number) >= scene.threshold;
    const state = concerned || scene.row === row ? "plain" : "dim";
    paintLabel(context, scene.labels[row] as Label, layout.labels, top + height / 2, {
      theme,
      style,
      measure,
      align: "right",
      state,
      outline: "none",
    });
  }
}

function paintQuery(context: Pen, scene: Scene): void {
  const { layout, theme, style, measure, lang, queryLabel } = scene;
  context.font = font(11.5, lang);
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillStyle = theme.ink3;
  context.fillText("q", layout.labels, HEADER.q.top - 8);
  const look = { theme, style, measure, align: "right", state: "pinned", outline: "none" } as const;
  paintLabel(context, queryLabel, layout.labels - 4, HEADER.q.top + HEADER.q.height / 2, look);
}
