/** The button that saves figures: what to show where there is a choice, and in which form. */

import type { Strings } from "../text/strings";
import { el, icon } from "./dom";
import { ICONS } from "./icons";
import { segmented } from "./segmented";

export type Format = "svg" | "png";
const FORMATS: readonly Format[] = ["svg", "png"];

export interface Exporter<Name extends string> {
  /** The figures of what is shown now, the one that is offered first in front. */
  names(): readonly Name[];
  /** Resolves to the name of the file once it is handed to the browser. */
  save(name: Name, format: Format): Promise<string>;
}

export interface ExportMenu {
  element: HTMLElement;
  destroy(): void;
}

type Named = keyof Strings["figure"]["names"];

export function exportMenu(strings: Strings, exporter: Exporter<Named>): ExportMenu {
  const words = strings.figure;
  const choice = el("div", { class: "export-choice" });
  const said = el("p", { class: "export-said", role: "status" });
  let chosen: Named | null = null;
  let saving = false;

  const buttons = FORMATS.map((format) => {
    const button = el(
      "button",
      { type: "button", class: "button", "data-format": format },
      words.formats[format],
    );
    button.addEventListener("click", () => save(format));
    return button;
  });
  const summary = el(
    "summary",
    { class: "icon-button", title: words.export, "aria-label": words.export },
    icon(ICONS.export, 18, 1.3),
  );
  const panel = el("div", { class: "export-panel" }, choice, ...buttons, said);
  const menu = el("details", { class: "export" }, summary, panel);

  async function save(format: Format): Promise<void> {
    if (chosen === null || saving) return;
    // Not `disabled`: a button that is loses the focus, and with it the keys of the menu.
    busy(true);
    said.textContent = "";
    try {
      said.textContent = words.saved(await exporter.save(chosen, format));
    } catch (error) {
      said.textContent = error instanceof Error ? error.message : String(error);
    }
    busy(false);
  }

  function busy(now: boolean): void {
    saving = now;
    for (const button of buttons) button.ariaDisabled = now ? "true" : null;
  }

  function offer(): void {
    const names = exporter.names();
    if (chosen === null || !names.includes(chosen)) chosen = names[0] ?? null;
    const options = names.map((name) => ({ value: name, label: words.names[name] }));
    const list = segmented(words.shows, options, (name) => {
      chosen = name;
      list.select(name);
    });
    if (chosen !== null) list.select(chosen);
    choice.replaceChildren(...(names.length > 1 ? [list.element] : []));
    said.textContent = "";
  }

  function close(): void {
    menu.open = false;
    summary.focus();
  }

  menu.addEventListener("toggle", () => {
    if (menu.open) offer();
  });
  menu.addEventListener("keydown", (event) => {
    // Keys belong to the menu while it has the focus, and not to the views.
    event.stopPropagation();
    if (event.key === "Escape" && menu.open) close();
  });
  const outside = (event: PointerEvent): void => {
    if (!menu.contains(event.target as Node)) menu.open = false;
  };
  document.addEventListener("pointerdown", outside);
  return {
    element: menu,
    destroy: () => document.removeEventListener("pointerdown", outside),
  };
}
