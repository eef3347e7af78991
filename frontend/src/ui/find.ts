/** The field that looks for a token: `/` goes there, Enter and n go on, N goes back. */

import type { Strings } from "../text/strings";
import { el, icon } from "./dom";
import { ICONS } from "./icons";

export interface Find {
  element: HTMLElement;
  /** `found` are the tokens that match, `token` the pinned one. */
  update(text: string, found: readonly number[], token: number | null): void;
  focus(): void;
}

/** The match after (or before) a token, going round at the end; null where nothing matches. */
export function nextMatch(
  found: readonly number[],
  token: number | null,
  back: boolean,
): number | null {
  if (found.length === 0) return null;
  const from = token ?? (back ? Number.POSITIVE_INFINITY : -1);
  const next = back ? found.findLast((place) => place < from) : found.find((place) => place > from);
  return next ?? (back ? (found.at(-1) as number) : (found[0] as number));
}

export function findField(
  strings: Strings,
  act: { look(text: string): void; go(back: boolean): void },
): Find {
  const input = el("input", {
    type: "search",
    placeholder: strings.find,
    "aria-label": strings.find,
    spellcheck: "false",
    autocomplete: "off",
  });
  const hint = el("kbd", {}, "/");
  const found = el("span", { class: "find-count number", "aria-live": "polite" });
  input.addEventListener("input", () => act.look(input.value));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") act.go(event.shiftKey);
    if (event.key !== "Escape") return;
    input.value = "";
    act.look("");
    input.blur();
  });
  return {
    element: el("label", { class: "find" }, icon(ICONS.search, 14), input, found, hint),
    update(text, matches, token) {
      if (document.activeElement !== input) input.value = text;
      const place = token === null ? 0 : matches.indexOf(token) + 1;
      found.textContent = text.trim() === "" ? "" : strings.found(place, matches.length);
      hint.hidden = text !== "";
    },
    focus() {
      input.focus();
      input.select();
    },
  };
}
