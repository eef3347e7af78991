/** Beside the text: the strongest units as a table, bars by sentence, and what these leave out. */

import type { Theme } from "../../draw/colour";
import type { Picture, TokenTable } from "../../payload/schema";
import { percent, share } from "../../text/number";
import type { TextWords, UnitName } from "../../text/reading";
import { el } from "../../ui/dom";
import { patchCrop } from "../../ui/patch";
import { sentenceElement } from "../../ui/status";
import { tokenElement } from "../../ui/token";
import type { Toward } from "./focus";
import { bySentence, strongest, sumOf, wholeOf } from "./measures";
import { following } from "./passages";
import { nameOf } from "./patches";
import { paintSentences, pitchOf } from "./sentences";

/** Added units that are named one by one. */
const MOST_ADDED = 6;
/** Read out as soon as a unit is chosen; the rest waits in the table. */
const SPOKEN = 3;
/** Moving across a text must not read out every word on the way. */
const REST = 200;
/** Characters behind a word that tell where it stands. */
const CONTEXT = 40;

export interface SideLook {
  theme: Theme;
  colour: string;
  lang: string;
  /** Where units are selected, and where the values belong. */
  from: TokenTable;
  to: TokenTable;
  selected: number | null;
  toward: Toward;
  /** What units are called. */
  by: UnitName;
  /** The image that patches are cut from. */
  picture: Picture | null;
  /** Where the weights come from, in words. */
  source: string;
  /** null while they are being counted or loaded. */
  values: ArrayLike<number> | null;
  placed: readonly number[];
  added: readonly number[];
  /** A sentence in place of the list. */
  message: string | null;
}

export interface Side {
  element: HTMLElement;
  update(look: SideLook): void;
  destroy(): void;
}

export interface SideActions {
  /** Shows where a unit stands. */
  show(unit: number): void;
  pin(unit: number): void;
  sentence(sentence: number): void;
  over(sentence: number | null, anchor: { x: number; y: number }): void;
}

/** @param most Units that are listed. */
export function createSide(words: TextWords, most: number, act: SideActions): Side {
  const plate = el("p", { class: "side-selected" });
  const spoken = el("p", { class: "visually-hidden", "aria-live": "polite" });
  const message = el("p", { class: "note side-message" });
  const list = el("div", { class: "side-list" });
  const canvas = el("canvas", { class: "side-sentences", role: "img" });
  const sentences = el(
    "div",
    { class: "side-by-sentence" },
    el("h3", {}, words.bySentence),
    canvas,
  );
  const note = el("p", { class: "note" });
  const added = el("p", { class: "note side-added" });
  const foot = el("div", { class: "side-foot" }, note, added);
  const element = el(
    "aside",
    { class: "text-side-panel" },
    plate,
    spoken,
    message,
    list,
    el("div", { class: "side-rest" }, sentences, foot),
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown: SideLook | null = null;

  function sentenceAt(event: MouseEvent): number | null {
    if (shown?.values == null) return null;
    const box = canvas.getBoundingClientRect();
    const count = bySentence(shown.values, shown.to).length;
    const at = Math.floor((event.clientX - box.x) / pitchOf(count, box.width));
    return at >= 0 && at < count ? at : null;
  }
  canvas.addEventListener("pointermove", (event) =>
    act.over(sentenceAt(event), { x: event.clientX, y: event.clientY }),
  );
  canvas.addEventListener("pointerleave", () => act.over(null, { x: 0, y: 0 }));
  canvas.addEventListener("click", (event) => {
    const at = sentenceAt(event);
    if (at !== null) act.sentence(at);
  });

  function head(look: SideLook): void {
    if (look.selected === null)
      plate.replaceChildren(el("span", { class: "side-none" }, words.nothing));
    else {
      plate.replaceChildren(
        el("span", { class: "side-plate" }, unitElement(look, look.from, look.selected)),
        el("span", {}, words.selected[look.toward]),
      );
    }
  }

  /** A unit as it is written; a patch by its place, beside the cutting of the image. */
  function unitElement(look: SideLook, table: TokenTable, unit: number): HTMLElement {
    const box = table.boxes?.[unit];
    if (box == null) return tokenElement(table, unit);
    const crop = look.picture && patchCrop(look.picture, box);
    return el("span", { class: "patch-name" }, crop, nameOf(table, unit, words));
  }

  function table(look: SideLook, values: ArrayLike<number>, top: readonly number[]): void {
    const caption = captionOf(look);
    const largest = values[top[0] ?? 0] ?? 0;
    const { rank, unit, weight } = words.columns;
    list.replaceChildren(
      el("h3", {}, words.strongest[look.by]),
      el(
        "table",
        { class: "strongest" },
        el("caption", { class: "visually-hidden" }, caption),
        el(
          "colgroup",
          {},
          ...["rank", "word", "weight"].map((of) => el("col", { class: `of-${of}` })),
        ),
        el(
          "thead",
          { class: "visually-hidden" },
          el("tr", {}, ...[rank, unit, weight].map((name) => el("th", { scope: "col" }, name))),
        ),
        el("tbody", {}, ...top.map((each, i) => row(look, values, each, i, largest))),
      ),
    );
  }

  function row(
    look: SideLook,
    values: ArrayLike<number>,
    unit: number,
    place: number,
    largest: number,
  ): HTMLElement {
    const value = values[unit] ?? 0;
    const bar = el("span", { class: "strongest-bar", "aria-hidden": "true" });
    bar.style.width = `${Math.max(1, (100 * value) / Math.max(largest, 1e-12))}%`;
    bar.style.background = look.colour;
    const word = el(
      "button",
      { type: "button", "data-unit": unit },
      unitElement(look, look.to, unit),
    );
    word.addEventListener("click", () => act.show(unit));
    return el(
      "tr",
      {},
      el("td", { class: "number strongest-rank" }, String(place + 1)),
      el(
        "th",
        { scope: "row" },
        word,
        " ",
        el(
          "span",
          { class: "strongest-context", lang: look.to.lang, "aria-hidden": "true" },
          el("bdi", {}, following(look.to, unit, CONTEXT)),
        ),
      ),
      el(
        "td",
        { class: "number strongest-weight" },
        el("span", { class: "strongest-track", "aria-hidden": "true" }, bar),
        el("span", { class: "strongest-share" }, share(value)),
      ),
    );
  }

  function notes(look: SideLook, values: ArrayLike<number>, top: readonly number[]): void {
    const column = look.selected !== null && look.toward === "queries";
    const whole = wholeOf(values, [...look.placed, ...look.added], column);
    const kind = look.selected === null ? "mean" : column ? "column" : "row";
    const carried = percent(sumOf(values, top) / whole);
    const said = top.length > 0 ? words.carry[kind](top.length, look.by, carried) : words.none;
    note.replaceChildren(sentenceElement(said));
    const outside = sumOf(values, look.added) / whole;
    added.hidden = look.added.length === 0;
    if (look.added.length === 0) return;
    const named = strongest(values, look.added, MOST_ADDED);
    const rest = look.added.filter((unit) => !named.includes(unit));
    const chips = [...named, ...rest.slice(0, MOST_ADDED - named.length)].map((unit) => {
      const chip = el(
        "button",
        {
          type: "button",
          class: unit === look.selected ? "side-chip pinned" : "side-chip",
          "data-unit": unit,
        },
        unitElement(look, look.to, unit),
        ` ${percent((values[unit] ?? 0) / whole)}`,
      );
      chip.addEventListener("click", () => act.pin(unit));
      return chip;
    });
    const toward = column ? "queries" : "keys";
    added.replaceChildren(
      sentenceElement(words.added(percent(outside), toward, look.by)),
      " ",
      ...chips,
    );
  }

  function captionOf(look: SideLook): string {
    if (look.selected === null) return words.captionMean(look.source);
    return words.caption(nameOf(look.from, look.selected, words), look.toward, look.source);
  }

  function say(look: SideLook, values: ArrayLike<number>, top: readonly number[]): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const first = top
        .slice(0, SPOKEN)
        .map((unit) => `${nameOf(look.to, unit, words)} ${share(values[unit] ?? 0)}`);
      spoken.textContent = look.selected === null ? "" : `${captionOf(look)}: ${first.join(", ")}`;
    }, REST);
  }

  return {
    element,
    update(look) {
      const same =
        shown !== null &&
        (Object.keys(look) as (keyof SideLook)[]).every((name) => look[name] === shown?.[name]);
      const { values } = look;
      if (!same) {
        head(look);
        message.textContent = look.message ?? "";
        message.hidden = look.message === null;
        list.hidden = foot.hidden = values === null;
        if (values !== null) {
          const top = strongest(values, look.placed, most);
          table(look, values, top);
          notes(look, values, top);
          say(look, values, top);
        }
      }
      shown = look;
      const sums = values === null ? new Float64Array(0) : bySentence(values, look.to);
      sentences.hidden = sums.length < 2;
      if (values === null || sums.length < 2) return;
      const own = look.selected === null ? null : (look.from.sentence[look.selected] ?? null);
      const top = sums.indexOf(Math.max(...sums));
      canvas.setAttribute("aria-label", words.sentences(top + 1, share(sums[top] ?? 0)));
      const width = Math.floor(sentences.clientWidth);
      if (width === 0) return;
      paintSentences(canvas, {
        theme: look.theme,
        colour: look.colour,
        sums,
        own: look.from === look.to ? own : null,
        width,
        lang: look.lang,
      });
    },
    destroy() {
      clearTimeout(timer);
    },
  };
}
