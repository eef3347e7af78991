/** The sentence that stands where the lines would be, while there are none to draw. */

import { el } from "../../ui/dom";

/** A layer that takes less time than this to load leaves no trace on the screen. */
const PATIENCE = 400;

export interface Message {
  element: HTMLElement;
  hide(): void;
  /** Shows a sentence once the loading has lasted long enough to be noticed. */
  loading(sentence: string): void;
  /** Shows a sentence and, where something helps, a button that does it. */
  empty(sentence: string, remedy?: { name: string; act(): void }): void;
  /** Shows what went wrong, at once. */
  problem(sentence: string): void;
  /** Moves it to the middle of the lines, as wide as they are at most; null for the middle of all. */
  place(lines: { from: number; to: number } | null): void;
}

export function createMessage(): Message {
  const sentence = el("span");
  const remedy = el("button", { type: "button", class: "button" });
  const element = el("div", { class: "head-message", hidden: true }, sentence, remedy);
  let since: number | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function hide(): void {
    clearTimeout(timer);
    element.hidden = true;
    element.classList.remove("problem");
  }

  return {
    element,
    hide() {
      hide();
      since = null;
    },
    loading(text) {
      hide();
      since ??= performance.now();
      const left = PATIENCE - (performance.now() - since);
      timer = setTimeout(
        () => {
          sentence.textContent = text;
          remedy.hidden = true;
          element.hidden = false;
        },
        Math.max(0, left),
      );
    },
    empty(text, help) {
      hide();
      since = null;
      sentence.textContent = text;
      remedy.textContent = help?.name ?? "";
      remedy.hidden = help === undefined;
      remedy.onclick = help?.act ?? null;
      element.hidden = false;
    },
    problem(text) {
      hide();
      since = null;
      sentence.textContent = text;
      remedy.hidden = true;
      element.classList.add("problem");
      element.hidden = false;
    },
    place(lines) {
      element.style.left = lines === null ? "50%" : `${(lines.from + lines.to) / 2}px`;
      element.style.maxWidth = lines === null ? "" : `${lines.to - lines.from}px`;
    },
  };
}
