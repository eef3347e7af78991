/** What is hidden: one box for each thing that this text has. */

import { type Choice, HIDE, type Hide } from "../attention/choice";
import { hasFunctionWords, hasSpecial } from "../attention/units";
import type { TokenTable } from "../payload/schema";
import type { ChoiceWords } from "../text/choice";
import { count } from "../text/number";
import { tokenText } from "../text/tokens";
import { el } from "./dom";

/** Sinks that are named in the title; more are counted only. */
const MOST_NAMES = 6;

export interface HideFacts {
  queries: TokenTable;
  keys: TokenTable;
  sinks: readonly number[];
  /** Why it is switched off, or null. */
  off: string | null;
}

export interface HideControl {
  element: HTMLElement;
  update(choice: Choice, facts: HideFacts): void;
}

export function hideControl(
  words: ChoiceWords,
  choose: (hide: readonly Hide[]) => void,
): HideControl {
  let hidden: readonly Hide[] = [];
  const boxes = HIDE.map((what) => {
    const input = el("input", { type: "checkbox", "data-hide": what });
    input.addEventListener("change", () =>
      choose(HIDE.filter((one) => (one === what ? input.checked : hidden.includes(one)))),
    );
    return { what, input, label: el("label", { class: "check" }, input, words.hides[what]) };
  });
  return {
    element: el(
      "div",
      { class: "labelled hide", role: "group", "aria-label": words.hide },
      el("span", { class: "label" }, words.hide),
      ...boxes.map(({ label }) => label),
    ),
    update(choice, { queries, keys, sinks, off }) {
      hidden = choice.hide;
      const either = (test: (table: TokenTable) => boolean): boolean => test(queries) || test(keys);
      const there: Record<Hide, boolean> = {
        special: either(hasSpecial),
        sinks: true,
        particles: choice.by === "word" && either(hasFunctionWords),
      };
      for (const { what, input, label } of boxes) {
        const none = what === "sinks" && sinks.length === 0;
        label.hidden = !there[what];
        input.checked = hidden.includes(what) && !none;
        input.disabled = off !== null || none;
        label.title = off ?? (none ? words.noSinks : words.hideMeaning[what]);
        if (what === "sinks" && !none && off === null)
          label.title += `\n\n${words.sinks(count(sinks.length), sinkNames(keys, sinks))}`;
      }
    },
  };
}

function sinkNames(keys: TokenTable, sinks: readonly number[]): string {
  const names = sinks.slice(0, MOST_NAMES).map((token) => tokenText(keys, token).text);
  return names.join(" ") + (sinks.length > MOST_NAMES ? " …" : "");
}
