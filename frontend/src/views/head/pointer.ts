/** What the pointer does on the head view's canvas. */

import type { Hit } from "./geometry";

export interface PointerActions {
  /** What lies under a place on the canvas. */
  hit(x: number, y: number): Hit;
  over(hit: Hit): void;
  leave(): void;
  pin(query: number): void;
}

export function followPointer(canvas: HTMLCanvasElement, act: PointerActions): void {
  const hitOf = (event: MouseEvent): Hit => {
    const frame = canvas.getBoundingClientRect();
    return act.hit(event.clientX - frame.x, event.clientY - frame.y);
  };
  canvas.addEventListener("pointermove", (event) => {
    const hit = hitOf(event);
    canvas.classList.toggle("pointing", hit.query !== null);
    act.over(hit);
  });
  canvas.addEventListener("pointerleave", act.leave);
  canvas.addEventListener("click", (event) => {
    const { query } = hitOf(event);
    if (query !== null) act.pin(query);
  });
}
