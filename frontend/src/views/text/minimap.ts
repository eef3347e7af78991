/** The whole text in 64 pixels: where its strong words are, and which part of it is in view. */

import type { Theme } from "../../draw/colour";
import { fitCanvas } from "../../draw/surface";
import type { TextLayout } from "./lines";
import { strength, sumOf } from "./measures";

export const MINIMAP = 64;
/** Lines of a short text are not drawn larger than this. */
const TALLEST = 0.3;
const PAD = 4;

export interface MinimapLook {
  theme: Theme;
  colour: string;
  layout: TextLayout;
  side: "queries" | "keys";
  values: ArrayLike<number> | null;
  largest: number;
  power: number | undefined;
  /** The selected unit and the text it stands in. */
  selected: number | null;
  from: "queries" | "keys";
  room: number;
}

export interface Minimap {
  canvas: HTMLCanvasElement;
  /** Draws the text; `window` draws the part in view over it. */
  paint(look: MinimapLook): void;
  window(scroll: number, extent: number): void;
}

export function createMinimap(go: (top: number) => void): Minimap {
  const canvas = document.createElement("canvas");
  canvas.className = "text-minimap";
  canvas.setAttribute("aria-hidden", "true");
  const text = document.createElement("canvas");
  let look: MinimapLook | null = null;
  let scale = { x: 1, y: 1 };
  let view = { scroll: 0, extent: 0 };

  function draw(): void {
    if (look === null) return;
    const { layout, theme } = look;
    const height = Math.ceil(layout.height * scale.y) + 2 * PAD;
    const { context: pen } = fitCanvas(canvas, MINIMAP, height);
    canvas.style.marginBottom = `${-height}px`;
    pen.drawImage(text, 0, 0, MINIMAP, height);
    if (view.extent >= layout.height) return;
    pen.strokeStyle = theme.ink3;
    pen.lineWidth = 1;
    pen.beginPath();
    const top = PAD + view.scroll * scale.y;
    const bottom = PAD + Math.min(layout.height, view.scroll + view.extent) * scale.y;
    pen.roundRect(0.5, top - 2.5, MINIMAP - 1, Math.max(8, bottom - top + 4), 3);
    pen.stroke();
  }

  function paintText(now: MinimapLook): void {
    const { layout, theme, values } = now;
    const height = Math.ceil(layout.height * scale.y) + 2 * PAD;
    const { context: pen } = fitCanvas(text, MINIMAP, height);
    for (const { article, left, top, width, height: tall } of layout.figures) {
      // Lines are drawn taller than wide; an image keeps its proportions within its place.
      const least = Math.min(scale.x, scale.y) * ((MINIMAP - 4) / MINIMAP);
      const above = PAD + top * scale.y + (tall * (scale.y - least)) / 2;
      const at = [2 + left * scale.x, above, width * least, tall * least] as const;
      const image = article.figure?.image;
      if (image?.complete) pen.drawImage(image, ...at);
    }
    for (const { line, left, right, units } of layout.parts) {
      const place = layout.lines[line];
      if (place === undefined) continue;
      const x = 2 + left * scale.x * ((MINIMAP - 4) / MINIMAP);
      const wide = Math.max(1, (right - left) * scale.x - 0.6);
      const middle = PAD + ((place.top + place.bottom) / 2) * scale.y;
      const tall = Math.min(4.5, Math.max(1, (place.bottom - place.top) * scale.y * 0.5));
      const t =
        values !== null && place.side === now.side
          ? strength(sumOf(values, units), now.largest, now.power)
          : 0;
      const selected =
        now.selected !== null && place.side === now.from && units.includes(now.selected);
      pen.fillStyle = selected ? theme.ink : t > 0 ? now.colour : theme.hair2;
      pen.globalAlpha = selected || t === 0 ? 1 : 0.35 + 0.65 * t;
      const grow = selected ? 1 : 0;
      pen.fillRect(x - grow, middle - tall / 2 - grow, wide + 2 * grow, tall + 2 * grow);
    }
    pen.globalAlpha = 1;
  }

  function seek(event: PointerEvent): void {
    if (look === null) return;
    const y = event.clientY - canvas.getBoundingClientRect().top - PAD;
    go(y / scale.y - view.extent / 2);
  }
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    seek(event);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) seek(event);
  });

  return {
    canvas,
    paint(next) {
      look = next;
      const { layout, room } = next;
      scale = {
        x: MINIMAP / layout.width,
        y: Math.min(TALLEST, Math.max(1, room - 2 * PAD) / layout.height),
      };
      paintText(next);
      draw();
    },
    window(scroll, extent) {
      view = { scroll, extent };
      draw();
    },
  };
}
