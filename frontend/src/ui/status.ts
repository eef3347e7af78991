/** The line at the foot of the page: sentences about what is drawn. */

import { el } from "./dom";

export interface StatusLine {
  element: HTMLElement;
  update(sentences: readonly string[]): void;
}

/** A sentence with what stands between two `**` in bold. */
export function sentenceElement(sentence: string): HTMLElement {
  const parts = sentence.split("**");
  return el("span", {}, ...parts.map((part, i) => (i % 2 === 1 ? el("b", {}, part) : part)));
}

export function statusLine(last: string | null): StatusLine {
  const said = el("div", { class: "status-sentences" });
  let shown = "";
  return {
    element: el(
      "footer",
      { class: "status" },
      said,
      last === null ? null : el("span", { class: "status-last" }, last),
    ),
    update(sentences) {
      const text = sentences.join("\n");
      if (text === shown) return;
      shown = text;
      said.replaceChildren(...sentences.map(sentenceElement));
    },
  };
}
