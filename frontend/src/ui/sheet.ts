/** The sheet behind `?`: what the views are, every shortcut, what marks and colours mean. */

import type { Theme } from "../draw/colour";
import type { HelpWords, Part, Shortcut, Topic } from "../text/help";
import { el, icon } from "./dom";
import { explanation } from "./explain";
import { ICONS } from "./icons";

export interface Sheet {
  element: HTMLDialogElement;
  show(theme: Theme): void;
}

export interface SheetFacts {
  topics: readonly Topic[];
  /** What this page has; sections and keys of other parts are left out. */
  parts: ReadonlySet<Part>;
}

export function createSheet(
  words: HelpWords,
  { topics, parts }: SheetFacts,
  shortcuts: { on: boolean },
): Sheet {
  const { sheet } = words;
  const close = el(
    "button",
    { type: "button", class: "icon-button", title: sheet.close, "aria-label": sheet.close },
    icon(ICONS.close, 16, 1.4),
  );
  const box = el("input", { type: "checkbox" });
  box.addEventListener("change", () => {
    shortcuts.on = box.checked;
  });
  const colours = el("div", {});
  const fits = ({ needs }: { needs?: Part }): boolean => needs === undefined || parts.has(needs);
  const keys = words.shortcuts
    .filter(fits)
    .map(({ title, rows }) => section(title, list(rows.filter(fits).map(shortcutRow))));
  const marks = words.marks.map(([mark, sample, meaning]) =>
    row(meaning, el("span", { class: mark.startsWith("token") ? `token ${mark}` : mark }, sample)),
  );
  const element = el(
    "dialog",
    { class: "sheet", "aria-labelledby": "attnviz-sheet-title" },
    el("div", { class: "sheet-head" }, el("h2", { id: "attnviz-sheet-title" }, sheet.title), close),
    el(
      "div",
      { class: "sheet-body", tabindex: 0, role: "group", "aria-labelledby": "attnviz-sheet-title" },
      section(sheet.views, ...topics.map((topic) => explanation(words.explanations[topic]))),
      ...keys,
      section(sheet.marks, list(marks)),
      section(sheet.colours, colours),
      el("label", { class: "sheet-single" }, box, sheet.single),
    ),
  );
  close.addEventListener("click", () => element.close());
  // The dialog itself is hit only beside its content: on the backdrop.
  element.addEventListener("click", (event) => {
    if (event.target === element) element.close();
  });
  // The browser closes it at Escape; nothing else on the page shall hear of that key.
  element.addEventListener("keydown", (event) => event.stopPropagation());

  return {
    element,
    show(theme) {
      box.checked = shortcuts.on;
      colours.replaceChildren(list(colourRows(words.colours, theme)));
      if (!element.open) element.showModal();
    },
  };
}

function section(title: string, ...children: Node[]): HTMLElement {
  return el("section", {}, el("h3", {}, title), ...children);
}

function list(rows: Node[]): HTMLElement {
  return el("dl", {}, ...rows);
}

function row(meaning: string, ...sample: Node[]): HTMLElement {
  return el("div", {}, el("dt", {}, meaning), el("dd", {}, ...sample));
}

function shortcutRow({ does, keys }: Shortcut): HTMLElement {
  const caps = keys.map((key) =>
    el("span", {}, ...key.split(" ").map((cap) => el("kbd", {}, cap))),
  );
  return row(does, ...caps);
}

function colourRows(words: HelpWords["colours"], theme: Theme): HTMLElement[] {
  const swatch = (background: string): HTMLElement => {
    const element = el("span", { class: "swatch" });
    element.style.background = background;
    return element;
  };
  const ramp = (stops: readonly string[]): string => `linear-gradient(90deg,${stops.join()})`;
  const hues = theme.heads
    .slice(0, 6)
    .flatMap((hue, i) => [`${hue} ${i / 0.06}%`, `${hue} ${(i + 1) / 0.06}%`]);
  return [
    row(words.heads, swatch(ramp(hues))),
    row(words.weights, swatch(ramp(theme.weights))),
    row(words.signs, swatch(ramp(theme.signs))),
  ];
}
