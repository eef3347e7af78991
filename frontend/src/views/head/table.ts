/** The selected token's weights as a table: what screen readers get, and narrow screens show. */

import type { TokenTable } from "../../payload/schema";
import { limit, share } from "../../text/number";
import type { Strings } from "../../text/strings";
import { tokenText } from "../../text/tokens";
import { el } from "../../ui/dom";
import { tokenElement } from "../../ui/token";
import { type Focus, strongestKeys } from "./focus";
import { meanOf } from "./tip";

/** A table is built of elements, and nobody listens to hundreds of rows. */
const MOST_ROWS = 40;
/** Keys that are read out as soon as a token is chosen; the rest waits in the table. */
const SPOKEN = 3;
/** Moving across a text must not build a table for every token on the way. */
const REST = 200;

export interface WeightTable {
  element: HTMLElement;
  update(
    focus: Focus,
    heads: readonly number[],
    layer: number,
    tables: { queries: TokenTable; keys: TokenTable },
  ): void;
  destroy(): void;
}

export function createWeightTable(strings: Strings): WeightTable {
  const spoken = el("p", { class: "visually-hidden", "aria-live": "polite" });
  const box = el("div", { class: "weights" });
  const element = el("div", { class: "weights-frame" }, spoken, box);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown: { name: string; queries: TokenTable; keys: TokenTable } | null = null;

  return {
    element,
    update(focus, heads, layer, { queries, keys }) {
      const name = `${focus.query}|${layer}|${heads.join()}`;
      // Another text, or another kind of attention, brings tables of its own.
      if (shown?.name === name && shown.queries === queries && shown.keys === keys) return;
      shown = { name, queries, keys };
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (focus.query === null) {
          box.replaceChildren(el("p", { class: "note" }, strings.tableHint));
          spoken.textContent = "";
          return;
        }
        const caption = strings.tableCaption(tokenText(queries, focus.query).text, layer);
        const strongest = strongestKeys(focus.rows, MOST_ROWS);
        const first = strongest
          .slice(0, SPOKEN)
          .map(({ key, mean }) => `${tokenText(keys, key).text} ${share(mean)}`);
        spoken.textContent = `${caption}: ${first.join(", ")}`;
        const rows = strongest.map(({ key, mean }) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, tokenElement(keys, key)),
            ...focus.rows.map((row, slot) =>
              el("td", {}, focus.lacks?.(slot, key) ? "" : share(row[key] ?? 0)),
            ),
            el(
              "td",
              {},
              meanOf(
                mean,
                focus.rows.map((_, slot) => focus.lacks?.(slot, key) ?? false),
                "",
              ),
            ),
          ),
        );
        const names = [strings.key, ...heads.map(strings.headName), strings.mean];
        const { missing } = focus;
        const below = missing?.below == null ? null : limit(missing.below);
        box.replaceChildren(
          el(
            "table",
            {},
            el("caption", {}, caption),
            el("thead", {}, el("tr", {}, ...names.map((text) => el("th", { scope: "col" }, text)))),
            el("tbody", {}, ...rows),
          ),
          ...(missing === null ? [] : [el("p", { class: "note" }, strings.tableKept(below))]),
        );
      }, REST);
    },
    destroy() {
      clearTimeout(timer);
    },
  };
}
