/** Which text of a pair attends to which: a few buttons, or two lists where there are many texts. */

import type { Texts } from "../attention/choice";
import { textsOf } from "../attention/units";
import type { TokenTable } from "../payload/schema";
import { type ChoiceWords, textNames } from "../text/choice";
import { el } from "./dom";
import { segmented } from "./segmented";

/** Buttons that fit side by side. */
const MOST_BUTTONS = 5;

export interface TextsControl {
  element: HTMLElement;
  /** @param off Why it is switched off, or null. */
  update(texts: Texts | null, queries: TokenTable, keys: TokenTable, off: string | null): void;
}

interface Parts {
  element: HTMLElement;
  /** Whether it has this choice; links and Python may ask for half a pair, as all that B is attended by. */
  has(texts: Texts | null): boolean;
  select(texts: Texts | null, off: string | null): void;
}

export function textsControl(
  words: ChoiceWords,
  choose: (texts: Texts | null) => void,
): TextsControl {
  const element = el("div", { class: "labelled which-texts" });
  let shown: { queries: TokenTable; keys: TokenTable } | null = null;
  let parts: Parts | null = null;
  return {
    element,
    update(texts, queries, keys, off) {
      const same = shown?.queries === queries && shown.keys === keys;
      if (!same || parts?.has(texts) === false) {
        shown = { queries, keys };
        parts = make(words, queries, keys, texts, choose);
        element.hidden = parts === null;
        if (parts !== null)
          element.replaceChildren(el("span", { class: "label" }, words.texts), parts.element);
      }
      parts?.select(texts, off);
    },
  };
}

/** The texts of one side to choose from: with one alone there is nothing to choose. */
function sideTexts(table: TokenTable): (number | null)[] {
  const texts = textsOf(table);
  return texts.length > 1 ? texts : [null];
}

function make(
  words: ChoiceWords,
  queries: TokenTable,
  keys: TokenTable,
  chosen: Texts | null,
  choose: (texts: Texts | null) => void,
): Parts | null {
  const [from, to] = [sideTexts(queries), sideTexts(keys)];
  if (from.length === 1 && to.length === 1) return null;
  const pairs = from.flatMap((a) => to.map((b): Texts => [a, b]));
  const names = { from: textNames(queries), to: textNames(keys) };
  const nameOf = (side: "from" | "to", text: number | null): string | null =>
    text === null ? null : (names[side][text] ?? "");
  if (pairs.length >= MOST_BUTTONS)
    return lists(words, { from, to }, (side, text) => nameOf(side, text) ?? words.all, choose);
  const choices = [...pairs];
  const among = (texts: Texts | null): boolean =>
    texts === null || choices.some((one) => String(one) === String(texts));
  if (!among(chosen)) choices.push(chosen as Texts);
  const written = (side: (number | null)[], name: string | null): string =>
    name ?? (side.length > 1 ? words.all : "");
  const options = [null, ...choices].map((texts) => {
    const [a, b] = [nameOf("from", texts?.[0] ?? null), nameOf("to", texts?.[1] ?? null)];
    const label = texts === null ? words.all : `${written(from, a)} → ${written(to, b)}`.trim();
    return { value: String(texts), label, title: words.textsMeaning(a, b) };
  });
  const buttons = segmented(words.texts, options, (value) =>
    choose(choices.find((texts) => String(texts) === value) ?? null),
  );
  return {
    element: buttons.element,
    has: among,
    select(texts, off) {
      buttons.select(String(texts));
      buttons.disable(off);
    },
  };
}

function lists(
  words: ChoiceWords,
  texts: Record<"from" | "to", (number | null)[]>,
  name: (side: "from" | "to", text: number | null) => string,
  choose: (texts: Texts | null) => void,
): Parts {
  const made = { from: list("from", words.queriesOf), to: list("to", words.keysOf) };

  function list(side: "from" | "to", label: string): HTMLSelectElement {
    const own = texts[side].length > 1 ? [null, ...texts[side]] : texts[side];
    const options = own.map((text) => el("option", { value: text ?? "" }, name(side, text)));
    const select = el("select", { "aria-label": label, title: label }, ...options);
    select.addEventListener("change", () => {
      const value = (of: HTMLSelectElement): number | null =>
        of.value === "" ? null : Number(of.value);
      const [from, to] = [value(made.from), value(made.to)];
      choose(from === null && to === null ? null : [from, to]);
    });
    return select;
  }

  return {
    element: el(
      "span",
      { class: "from-to" },
      made.from,
      el("span", { "aria-hidden": "true" }, "→"),
      made.to,
    ),
    has: () => true,
    select(chosen, off) {
      for (const [side, text] of [
        ["from", chosen?.[0]],
        ["to", chosen?.[1]],
      ] as const) {
        const select = made[side];
        select.value = text == null ? "" : String(text);
        select.disabled = off !== null || texts[side].length === 1;
        select.title = off ?? (side === "from" ? words.queriesOf : words.keysOf);
      }
    },
  };
}
