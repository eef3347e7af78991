/**
 * Layers × heads as thumbnails on one canvas.
 *
 * The canvas covers only what can be seen and sticks while its box scrolls, so a model of a hundred
 * layers costs no more than a small one, and the numbers of layers and heads stay in sight.
 */

import type { Overview } from "../../attention/source";
import { headColour, type Theme, weightLookup } from "../../draw/colour";
import { edges, NO_GAP, paintMap, shrink } from "../../draw/heatmap";
import type { Pen } from "../../draw/pen";
import { fitCanvas } from "../../draw/surface";
import { font } from "../../text/fonts";
import { el } from "../../ui/dom";
import {
  cornerOf,
  type GridLayout,
  gridLayout,
  type Place,
  placeAt,
  type Room,
  scrollInto,
} from "./layout";

export interface GridLook {
  overview: Overview;
  theme: Theme;
  layer: number;
  /** Heads that are on in the selected layer, and the one that is enlarged. */
  heads: readonly number[];
  head: number;
}

export interface GridEvents {
  /** `add` (shift) adds the head to those that are on, or takes it out. */
  choose(place: Place, add: boolean): void;
  /** The thumbnail under the pointer, with the pointer's place in the window. */
  hover(place: Place | null, x: number, y: number): void;
  /** The keyboard's cursor came to a thumbnail. */
  cursor(place: Place): void;
}

export interface Grid {
  element: HTMLElement;
  /** Returns the width that the grid takes of the room. */
  update(look: GridLook, room: Room): number;
}

export function createGrid(label: string, events: GridEvents): Grid {
  const canvas = el("canvas");
  const sizer = el("div", {}, canvas);
  const element = el(
    "div",
    { class: "model-grid", tabindex: 0, role: "application", "aria-label": label },
    sizer,
  );

  let look: GridLook | null = null;
  let layout: GridLayout | null = null;
  let view = { width: 0, height: 0 };
  /** The thumbnails alone, as they are in view: only frames change while the pointer moves. */
  const picture = el("canvas");
  let pictured: unknown[] = [];
  /** Under the pointer, or where the keyboard stands. */
  let cursor: Place | null = null;

  function draw(): void {
    if (look === null || layout === null) return;
    const { context } = fitCanvas(canvas, view.width, view.height);
    const scroll = { x: element.scrollLeft, y: element.scrollTop };
    const { overview, theme } = look;
    const wanted = [
      overview,
      overview.done,
      theme,
      layout.cell,
      scroll.x,
      scroll.y,
      canvas.width,
      canvas.height,
    ];
    if (wanted.some((part, i) => part !== pictured[i])) {
      pictured = wanted;
      const { context: surface, ratio } = fitCanvas(picture, view.width, view.height);
      paintThumbnails(surface, ratio, layout, look, scroll, view);
    }
    context.drawImage(picture, 0, 0, view.width, view.height);
    context.save();
    context.translate(-scroll.x, -scroll.y);
    frames(context, layout, look, cursor);
    context.restore();
    numbers(context, layout, look, scroll, view);
  }

  function at(event: PointerEvent | MouseEvent): Place | null {
    if (layout === null) return null;
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    // Under the frozen numbers lie thumbnails that are scrolled away.
    if (x < layout.left || y < layout.top) return null;
    return placeAt(layout, x + element.scrollLeft, y + element.scrollTop);
  }

  function move(place: Place | null): boolean {
    if (place?.layer === cursor?.layer && place?.head === cursor?.head) return false;
    cursor = place;
    draw();
    return true;
  }

  element.addEventListener("scroll", draw);
  canvas.addEventListener("pointermove", (event) => {
    const place = at(event);
    canvas.style.cursor = place === null ? "" : "pointer";
    if (move(place)) events.hover(place, event.clientX, event.clientY);
  });
  canvas.addEventListener("pointerleave", () => {
    if (move(null)) events.hover(null, 0, 0);
  });
  canvas.addEventListener("click", (event) => {
    const place = at(event);
    if (place !== null) events.choose(place, event.shiftKey);
  });
  element.addEventListener("blur", () => move(null));
  element.addEventListener("keydown", (event) => {
    if (look === null || layout === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const from = cursor ?? { layer: look.layer, head: look.head };
    const to = step(event.key, from, layout);
    if (to !== null) {
      event.preventDefault();
      event.stopPropagation();
      const corner = cornerOf(layout, to);
      const { cell, left, top } = layout;
      element.scrollLeft = scrollInto(element.scrollLeft, view.width, left, corner.x, cell);
      element.scrollTop = scrollInto(element.scrollTop, view.height, top, corner.y, cell);
      move(to);
      events.cursor(to);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      event.stopPropagation();
      events.choose(from, event.shiftKey);
    }
  });

  return {
    element,
    update(next, room) {
      look = next;
      layout = gridLayout(next.overview.layers, next.overview.heads, room);
      view = {
        width: Math.min(room.width, layout.width),
        height: Math.min(room.height, layout.height),
      };
      element.style.width = `${view.width}px`;
      element.style.height = `${view.height}px`;
      sizer.style.width = `${layout.width}px`;
      sizer.style.height = `${layout.height}px`;
      element.classList.toggle("scrolls-x", layout.width > view.width);
      element.classList.toggle("scrolls-y", layout.height > view.height);
      draw();
      return view.width;
    },
  };
}

/** Where a key leads from a thumbnail; null for keys that do not move. */
export function step(key: string, from: Place, grid: GridLayout): Place | null {
  const { layer, head } = from;
  switch (key) {
    case "ArrowLeft":
      return { layer, head: Math.max(0, head - 1) };
    case "ArrowRight":
      return { layer, head: Math.min(grid.heads - 1, head + 1) };
    case "ArrowUp":
      return { layer: Math.max(0, layer - 1), head };
    case "ArrowDown":
      return { layer: Math.min(grid.layers - 1, layer + 1), head };
    case "Home":
      return { layer, head: 0 };
    case "End":
      return { layer, head: grid.heads - 1 };
    default:
      return null;
  }
}

interface Point {
  x: number;
  y: number;
}
interface Size {
  width: number;
  height: number;
}

export function paintThumbnails(
  context: Pen,
  ratio: number,
  grid: GridLayout,
  look: GridLook,
  scroll: Point,
  view: Size,
): void {
  const { pixels: table } = weightLookup(look.theme);
  const side = Math.round(grid.cell * ratio);
  const { rows, columns } = look.overview;
  const kept = { rows: Math.min(rows, side), columns: Math.min(columns, side) };
  const cells = { x: edges(kept.columns, side), y: edges(kept.rows, side), gap: NO_GAP };
  const hair = 1 / ratio;
  context.strokeStyle = look.theme.hair2;
  context.lineWidth = hair;
  for (let layer = 0; layer < grid.layers; layer++) {
    for (let head = 0; head < grid.heads; head++) {
      const corner = cornerOf(grid, { layer, head });
      const [x, y] = [corner.x - scroll.x, corner.y - scroll.y];
      const seen = x + grid.cell > grid.left && y + grid.cell > grid.top;
      if (!seen || x > view.width || y > view.height) continue;
      const values = look.overview.map(layer, head);
      const map = shrink({ values, rows, columns }, side, side);
      paintMap(context, map, table, cells, Math.round(x * ratio), Math.round(y * ratio));
      // A hairline, because a head that looks at almost nothing has the colour of paper.
      context.strokeRect(x - hair / 2, y - hair / 2, grid.cell + hair, grid.cell + hair);
    }
  }
}

export function frames(context: Pen, grid: GridLayout, look: GridLook, cursor: Place | null): void {
  const round = (place: Place, width: number, colour: string): void => {
    const { x, y } = cornerOf(grid, place);
    const out = width / 2 + 0.1;
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.roundRect(x - out, y - out, grid.cell + 2 * out, grid.cell + 2 * out, 2.5);
    context.stroke();
  };
  for (const head of look.heads)
    round({ layer: look.layer, head }, 2.25, headColour(look.theme, head));
  if (!look.heads.includes(look.head))
    round({ layer: look.layer, head: look.head }, 1.5, look.theme.ink3);
  if (cursor !== null) round(cursor, 1.5, look.theme.ink);
}

/** Numbers stay at the edges while the thumbnails scroll under them. */
export function numbers(
  context: Pen,
  grid: GridLayout,
  look: GridLook,
  scroll: Point,
  view: Size,
): void {
  // Frames may reach half a gap into the numbers' strips; what scrolls by must not.
  if (scroll.x > 0) context.clearRect(0, 0, grid.left - 3, view.height);
  if (scroll.y > 0) context.clearRect(0, 0, view.width, grid.top - 3);
  const write = (text: string, chosen: boolean, x: number, y: number): void => {
    context.font = font(10.5, null, chosen);
    context.fillStyle = chosen ? look.theme.ink : look.theme.ink3;
    context.fillText(text, x, y);
  };
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (let layer = 0; layer < grid.layers; layer++) {
    const y = cornerOf(grid, { layer, head: 0 }).y + grid.cell / 2 - scroll.y;
    if (y > grid.top + 4 && y < view.height - 6)
      write(String(layer), layer === look.layer, grid.left - 8, y);
  }
  context.textAlign = "center";
  for (let head = 0; head < grid.heads; head++) {
    const x = cornerOf(grid, { layer: 0, head }).x + grid.cell / 2 - scroll.x;
    if (x > grid.left + 4 && x < view.width - 7)
      write(String(head), head === look.head, x, grid.top - 10);
  }
}
