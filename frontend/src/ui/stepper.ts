/** A number with a button on either side: `‹ 2 ›`. */

import { el, icon } from "./dom";
import { ICONS } from "./icons";

export interface Stepper {
  element: HTMLElement;
  update(value: number, count: number): void;
}

export function stepper(
  words: { label: string; before: string; after: string },
  step: (by: number) => void,
): Stepper {
  const button = (title: string, path: string, by: number): HTMLButtonElement => {
    const made = el("button", { type: "button", title, "aria-label": title }, icon(path, 14));
    made.addEventListener("click", () => step(by));
    return made;
  };
  const before = button(words.before, ICONS.before, -1);
  const after = button(words.after, ICONS.after, 1);
  const output = el("output", { class: "number", "aria-label": words.label });
  const element = el(
    "div",
    { class: "labelled" },
    el("span", { class: "label" }, words.label),
    el("div", { class: "stepper" }, before, output, after),
  );
  return {
    element,
    update(value, count) {
      output.textContent = String(value);
      before.disabled = value <= 0;
      after.disabled = value >= count - 1;
    },
  };
}
