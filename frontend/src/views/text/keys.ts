/** Where the keys of the text view lead: rows and columns in an image, lines in a text. */

import { isImageAlone } from "../../attention/patches";
import type { State } from "../../state/state";
import type { Article } from "./article";
import { neighbour } from "./figure";
import { FIELDS, type Side } from "./focus";
import { nextLine, type TextLayout } from "./lines";

const STEPS: Readonly<Record<string, readonly [across: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The text in which units are selected. */
export interface Ground {
  from: Side;
  article: Article | undefined;
  layout: TextLayout;
}

/** What an arrow or Enter changes; null for all other keys. */
export function keyChange(key: string, now: State, ground: Ground): Partial<State> | null {
  const { article, from } = ground;
  if (article === undefined) return null;
  const { pinned, hovered } = FIELDS[from];
  if (key === "Enter") {
    if (now[hovered] === null) return null;
    return { [pinned]: now[hovered] === now[pinned] ? null : now[hovered] };
  }
  const step = STEPS[key];
  if (step === undefined) return null;
  const [across, down] = step;
  const at = now[hovered] ?? now[pinned];
  const last = article.table.label.length - 1;
  const beside = (at ?? (across + down > 0 ? -1 : last + 1)) + across + down;
  const next = at === null ? null : moved(at, across, down, article, ground.layout);
  return { [hovered]: next ?? Math.max(0, Math.min(last, beside)) };
}

/** null where the next unit in order will do. */
function moved(
  at: number,
  across: number,
  down: number,
  { figure, table, side, placed }: Article,
  layout: TextLayout,
): number | null {
  if (figure?.units.includes(at)) {
    const next = neighbour(table.boxes ?? [], figure.units, at, across, down);
    if (next !== null || isImageAlone(table)) return next ?? at;
    const outside =
      down > 0 || across > 0 ? (figure.units.at(-1) ?? at) + 1 : (figure.units[0] ?? at) - 1;
    return Math.max(0, Math.min(table.label.length - 1, outside));
  }
  if (down === 0) return null;
  return nextLine(layout, side, at, down > 0 ? 1 : -1) ?? (placed.includes(at) ? at : null);
}
