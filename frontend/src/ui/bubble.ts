/** Help in place: a small `?` that opens a plate of text beside it. The page has one plate, because one
 *  explanation at a time is enough. */

import { el, icon } from "./dom";
import { ICONS } from "./icons";
import type { Anchor, Size } from "./tooltip";

export interface Bubbles {
  /** The plate; it belongs at the end of the page, where no box can cut it off. */
  element: HTMLElement;
  /** A button that opens and closes the plate; `content` is made when it opens. */
  button(name: string, content: () => Node): HTMLButtonElement;
  destroy(): void;
}

const GAP = 6;
const MARGIN = 8;

/** The corner of a plate: under its button, or above it where there is no room; inside the window. */
export function placeBubble(
  plate: Size,
  { x, y, height = 0 }: Anchor,
  window: Size,
): { x: number; y: number } {
  const below = y + height + GAP;
  const above = y - GAP - plate.height;
  const fits = below + plate.height <= window.height - MARGIN || above < MARGIN;
  const clamp = (value: number, size: number, room: number): number =>
    Math.max(MARGIN, Math.min(value, room - size - MARGIN));
  return {
    x: clamp(x - MARGIN, plate.width, window.width),
    y: clamp(fits ? below : above, plate.height, window.height),
  };
}

export function createBubbles(): Bubbles {
  // A live region reads out what it is filled with; the focus stays on the button.
  const plate = el("div", { class: "bubble", role: "status" });
  let open: HTMLButtonElement | null = null;

  function close(): void {
    open?.setAttribute("aria-expanded", "false");
    open = null;
    plate.replaceChildren();
  }

  function show(button: HTMLButtonElement, content: Node): void {
    close();
    open = button;
    button.setAttribute("aria-expanded", "true");
    plate.replaceChildren(content);
    const size = { width: plate.offsetWidth, height: plate.offsetHeight };
    const window = { width: innerWidth, height: innerHeight };
    const at = placeBubble(size, button.getBoundingClientRect(), window);
    plate.style.transform = `translate(${Math.round(at.x)}px, ${Math.round(at.y)}px)`;
  }

  const onPointer = (event: PointerEvent): void => {
    const target = event.target as Node;
    if (open !== null && !open.contains(target) && !plate.contains(target)) close();
  };
  // Heard before any shortcut, so that Escape closes the plate and lets nothing else go.
  const onKey = (event: KeyboardEvent): void => {
    if (open === null || event.key !== "Escape") return;
    close();
    event.stopPropagation();
  };
  document.addEventListener("pointerdown", onPointer);
  document.addEventListener("keydown", onKey, { capture: true });
  window.addEventListener("resize", close);

  return {
    element: plate,
    button(name, content) {
      const button = el(
        "button",
        { type: "button", class: "bubble-button", title: name, "aria-label": name },
        icon(ICONS.help, 16, 1.3),
      );
      button.setAttribute("aria-expanded", "false");
      button.addEventListener("click", () => {
        if (open === button) close();
        else show(button, content());
      });
      button.addEventListener("blur", () => {
        if (open === button) close();
      });
      return button;
    },
    destroy() {
      document.removeEventListener("pointerdown", onPointer);
      document.removeEventListener("keydown", onKey, { capture: true });
      window.removeEventListener("resize", close);
      plate.remove();
    },
  };
}
