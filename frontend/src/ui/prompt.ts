/** The row in which a person types a text for the model to read. */

import type { Explorer } from "../payload/schema";
import type { PromptWords } from "../text/live";
import { el } from "./dom";

export interface Prompt {
  element: HTMLElement;
  /** Fills the fields, unless the person has typed on meanwhile. */
  set(explorer: Explorer): void;
}

/** @param run Resolves when the text has been read; what it rejects with is told below the fields. */
export function createPrompt(
  words: PromptWords,
  opening: Explorer,
  run: (text: string, pair: string | null) => Promise<void>,
): Prompt {
  const first = field(words.text);
  const second = opening.second === null ? null : field(words.second[opening.second]);
  const label = el("span", {}, words.run);
  const button = el(
    "button",
    { type: "submit", class: "button" },
    el("span", { class: "spinner", "aria-hidden": "true" }),
    label,
  );
  const error = el("p", { class: "prompt-error", role: "alert", hidden: true });
  const form = el("form", { class: "prompt" }, first, second, button, error);
  const fields = [first, second].filter((each) => each !== null);
  /** What the fields were filled with, or last sent as. */
  let filled = "";
  let busy = false;

  const typed = (): string => JSON.stringify(fields.map((each) => each.value));

  function field(name: string): HTMLTextAreaElement {
    const made = el("textarea", { rows: 1, "aria-label": name, placeholder: name });
    made.addEventListener("input", () => grow(made));
    made.addEventListener("keydown", (event) => {
      // While a Japanese word is being composed, Enter chooses it; Safari tells that by the code alone.
      const composing = event.isComposing || event.keyCode === 229;
      if (event.key !== "Enter" || event.shiftKey || composing) return;
      event.preventDefault();
      send();
    });
    return made;
  }

  function turn(on: boolean): void {
    busy = on;
    // Not `disabled`: a button that is loses the focus.
    button.ariaDisabled = on ? "true" : null;
    form.setAttribute("aria-busy", String(on));
    label.textContent = on ? words.running : words.run;
  }

  async function send(): Promise<void> {
    if (busy) return;
    const text = first.value.trim();
    const problem = text === "" ? words.empty : null;
    error.hidden = problem === null;
    error.textContent = problem ?? "";
    if (problem !== null) return;
    filled = typed();
    turn(true);
    try {
      await run(text, second?.value.trim() || null);
    } catch (failure) {
      error.textContent = failure instanceof Error ? failure.message : String(failure);
      error.hidden = false;
    }
    turn(false);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });

  return {
    element: form,
    set({ text, pair }) {
      if (filled !== "" && typed() !== filled) return;
      first.value = text;
      if (second !== null) second.value = pair ?? "";
      for (const each of fields) grow(each);
      filled = typed();
    },
  };
}

/** As high as what is typed, up to four lines. */
function grow(area: HTMLTextAreaElement): void {
  area.style.height = "auto";
  if (area.scrollHeight > 0) area.style.height = `${Math.min(area.scrollHeight + 2, 96)}px`;
}
