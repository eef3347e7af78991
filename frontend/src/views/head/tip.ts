/** What the tooltip of the head view says. */

import { headColour, type Theme } from "../../draw/colour";
import type { TokenTable } from "../../payload/schema";
import { share } from "../../text/number";
import type { Strings } from "../../text/strings";
import { tokenText } from "../../text/tokens";
import { el } from "../../ui/dom";
import { pairTitle, tokenElement } from "../../ui/token";

export interface PairTip {
  queries: TokenTable;
  keys: TokenTable;
  query: number;
  key: number;
  heads: readonly number[];
  weights: readonly number[];
  /** For each head whether its weight is not in the file, and what is written instead. */
  lacks: readonly boolean[];
  absent: string;
  theme: Theme;
  strings: Strings;
}

/** Rows of heads that fit; the mean is over all of them. */
const MOST_ROWS = 16;

/** `the → interceptions`, a row with bar and number for each head, the mean last. */
export function pairTip(tip: PairTip): HTMLElement {
  const { heads, weights, lacks, absent, theme, strings } = tip;
  const rows = heads.slice(0, MOST_ROWS).map((head, slot) => {
    const weight = weights[slot] ?? 0;
    const bar = el("span", { class: "tip-bar" });
    bar.style.width = lacks[slot] ? "0" : `${Math.max(1, weight * 56)}px`;
    bar.style.background = headColour(theme, head);
    return el(
      "div",
      { class: "tip-row" },
      el("span", {}, strings.headName(head)),
      el("span", { class: "tip-track" }, bar),
      el("span", { class: "number" }, lacks[slot] ? absent : share(weight)),
    );
  });
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, weights.length);
  return el(
    "div",
    { class: "tip" },
    pairTitle(tip, tip),
    ...rows,
    el(
      "div",
      { class: "tip-row tip-mean" },
      el("span", {}, strings.mean),
      el("span", {}),
      el("span", { class: "number" }, meanOf(mean, lacks, absent)),
    ),
  );
}

/** A mean of which some weights are missing is at least what the others make it. */
export function meanOf(mean: number, lacks: readonly boolean[], absent: string): string {
  if (!lacks.includes(true)) return share(mean);
  return lacks.includes(false) ? `≥ ${share(mean)}` : absent;
}

/** For a token whose label does not tell all: the tokenizer's own string and its number, and what its
 *  marks mean; else null. */
export function tokenTip(table: TokenTable, index: number, strings: Strings): HTMLElement | null {
  const token = tokenText(table, index);
  const raw = table.raw[index] ?? "";
  const part = table.part[index];
  const meanings: string[] = [];
  if (token.unknown) meanings.push(strings.marks.unknown);
  if (token.approx) meanings.push(strings.marks.approx);
  if (part) meanings.push(strings.marks.part(part[0], part[1]));
  if ((raw === table.label[index] && meanings.length === 0) || raw === "") return null;
  return el(
    "div",
    { class: "tip" },
    el("div", { class: "tip-title" }, tokenElement(table, index)),
    el("div", { class: "tip-note" }, el("bdi", {}, raw), ` · ${table.id[index] ?? ""}`),
    ...meanings.map((meaning) => el("div", { class: "tip-note" }, meaning)),
  );
}
