/** The one tooltip of the page: a raised plate beside what it explains. */

import { el } from "./dom";

/** A rectangle in client coordinates; a point has no width and height. */
export interface Anchor {
  x: number;
  y: number;
  width?: number;
  height?: number;
}

export interface Tooltip {
  /** Shows `content` beside `anchor`, turned away from `avoid`; after 80 ms, or at once while one is
   *  already up. */
  show(content: Node, anchor: Anchor, avoid?: Anchor): void;
  hide(): void;
}

export interface Size {
  width: number;
  height: number;
}

const DELAY = 80;
const GAP = 14;
const MARGIN = 8;

/** The corner of a plate: right of the anchor, or left of it where `avoid` or the edge of the window
 *  is on the right; never outside the window. */
export function placeTooltip(
  plate: Size,
  anchor: Anchor,
  avoid: Anchor | undefined,
  window: Size,
): { x: number; y: number } {
  const right = anchor.x + (anchor.width ?? 0) + GAP;
  const left = anchor.x - GAP - plate.width;
  const avoidOnRight = avoid !== undefined && avoid.x > anchor.x;
  const fitsRight = right + plate.width <= window.width - MARGIN;
  const fitsLeft = left >= MARGIN;
  const x = (avoidOnRight ? fitsLeft : !fitsRight && fitsLeft) ? left : right;
  const middle = anchor.y + (anchor.height ?? 0) / 2;
  const up = avoid !== undefined && avoid.y > middle;
  const y = up ? middle - plate.height + GAP / 2 : middle - GAP / 2;
  const clamp = (value: number, size: number, room: number): number =>
    Math.max(MARGIN, Math.min(value, room - size - MARGIN));
  return {
    x: clamp(x, plate.width, window.width),
    y: clamp(y, plate.height, window.height),
  };
}

export function createTooltip(): Tooltip & { element: HTMLElement; destroy(): void } {
  const plate = el("div", { class: "tooltip", role: "tooltip", hidden: true });
  let timer: ReturnType<typeof setTimeout> | undefined;

  function place(anchor: Anchor, avoid: Anchor | undefined): void {
    plate.hidden = false;
    const size = { width: plate.offsetWidth, height: plate.offsetHeight };
    const at = placeTooltip(size, anchor, avoid, { width: innerWidth, height: innerHeight });
    plate.style.transform = `translate(${Math.round(at.x)}px, ${Math.round(at.y)}px)`;
  }

  return {
    element: plate,
    show(content, anchor, avoid) {
      clearTimeout(timer);
      const up = (): void => {
        plate.replaceChildren(content);
        place(anchor, avoid);
      };
      if (plate.hidden) timer = setTimeout(up, DELAY);
      else up();
    },
    hide() {
      clearTimeout(timer);
      plate.hidden = true;
    },
    destroy() {
      clearTimeout(timer);
      plate.remove();
    },
  };
}
