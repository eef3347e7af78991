/** One chip for every head, in its colour. */

import { headColour, type Theme, textOn } from "../draw/colour";
import { el } from "./dom";

export interface ChipState {
  heads: number;
  on: readonly number[];
  theme: Theme;
  /** One head is chosen at a time, so that a ring round it would say nothing. */
  single: boolean;
}

export interface Chips {
  element: HTMLElement;
  update(state: ChipState): void;
}

/** The heads after a click on one: switched on or off, but never all off. */
export function toggled(on: readonly number[], head: number): number[] {
  if (!on.includes(head)) return [...on, head].sort((a, b) => a - b);
  return on.length > 1 ? on.filter((other) => other !== head) : [...on];
}

/** The heads after a double click: this one alone, or all where it was alone already. */
export function soloed(on: readonly number[], head: number, count: number): number[] {
  const alone = on.length === 1 && on[0] === head;
  return alone ? Array.from({ length: count }, (_, other) => other) : [head];
}

export function chips(
  words: { label: string; chip(head: number): string; headName(head: number): string },
  act: { toggle(head: number): void; solo(head: number): void },
): Chips {
  const list = el("div", { class: "chips", role: "group", "aria-label": words.label });
  const element = el(
    "div",
    { class: "labelled heads-field" },
    el("span", { class: "label" }, words.label),
    list,
  );
  let buttons: HTMLButtonElement[] = [];

  function make(head: number): HTMLButtonElement {
    const button = el(
      "button",
      { type: "button", class: "chip number", "data-head": head },
      String(head),
    );
    button.addEventListener("click", (event) => {
      // The second click of a double click belongs to it.
      if (event.detail > 1) return;
      if (event.shiftKey) act.solo(head);
      else act.toggle(head);
    });
    button.addEventListener("dblclick", () => act.solo(head));
    return button;
  }

  return {
    element,
    update({ heads, on, theme, single }) {
      if (buttons.length !== heads) {
        buttons = Array.from({ length: heads }, (_, head) => make(head));
        list.replaceChildren(...buttons);
      }
      for (const [head, button] of buttons.entries()) {
        const lit = on.includes(head);
        const colour = headColour(theme, head);
        button.setAttribute("aria-pressed", String(lit));
        button.title = single ? words.headName(head) : words.chip(head);
        button.classList.toggle("solo", lit && on.length === 1 && heads > 1 && !single);
        button.style.setProperty("--head", colour);
        button.style.setProperty("--on-head", textOn(colour, theme.dark));
      }
    },
  };
}
