/** A sentence above the page about the page itself. */

import { el } from "./dom";

export interface Notice {
  element: HTMLElement;
  /** @param grave It stays for as long as it is true; else it is a passing thing in a corner. */
  say(sentence: string | null, grave: boolean): void;
}

export function createNotice(): Notice {
  const element = el("p", { class: "notice", role: "status", hidden: true });
  return {
    element,
    say(sentence, grave) {
      element.textContent = sentence ?? "";
      element.hidden = sentence === null;
      element.classList.toggle("grave", grave);
    },
  };
}
