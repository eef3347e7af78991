/** A part of the page that a button opens and closes. */

import { el, icon, setAttributes } from "./dom";

export interface Drawer {
  button: HTMLButtonElement;
  open(open: boolean): void;
}

/** @param changed Called after the person has opened or closed it, which takes room from what is beside. */
export function createDrawer(
  name: string,
  paths: string,
  content: HTMLElement,
  changed: () => void,
): Drawer {
  const button = el(
    "button",
    { type: "button", class: "icon-button", title: name, "aria-label": name },
    icon(paths, 18, 1.3),
  );

  function open(now: boolean): void {
    content.hidden = !now;
    setAttributes(button, { "aria-expanded": String(now) });
  }

  button.addEventListener("click", () => {
    open(content.hidden === true);
    changed();
  });
  return { button, open };
}
