/** What the tooltip of the head view says. */

import { headColour, type Theme } from "../../draw/colour";
import type { Picture, TokenTable } from "../../payload/schema";
import { share } from "../../text/number";
import type { Strings } from "../../text/strings";
import { tokenText, visible } from "../../text/tokens";
import { el } from "../../ui/dom";
import { patchThumbs } from "../../ui/patch";
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
  /** The trace's image, for tokens that are patches of it. */
  picture: Picture | null;
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
    patchThumbs(tip.picture, [tip.queries.boxes?.[tip.query], tip.keys.boxes?.[tip.key]]),
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
 *  marks mean; for a patch the image with that patch framed; for one whose weights are all out of view,
 *  that they are; else null. */
export function tokenTip(
  table: TokenTable,
  index: number,
  strings: Strings,
  picture: Picture | null,
  weightless: boolean,
): HTMLElement | null {
  const token = tokenText(table, index);
  const raw = table.raw[index] ?? "";
  const part = table.part[index];
  const meanings: string[] = [];
  if (token.unknown) meanings.push(strings.marks.unknown);
  if (token.approx) meanings.push(strings.marks.approx);
  if (part) meanings.push(strings.marks.part(part[0], part[1]));
  if (weightless) meanings.push(strings.weightless);
  const thumbs = patchThumbs(picture, [table.boxes?.[index]]);
  if (thumbs !== null) {
    const title = el("div", { class: "tip-title" }, tokenElement(table, index));
    return el("div", { class: "tip" }, title, thumbs);
  }
  if ((raw === table.label[index] && meanings.length === 0) || raw === "") return null;
  return el(
    "div",
    { class: "tip" },
    el("div", { class: "tip-title" }, tokenElement(table, index)),
    el("div", { class: "tip-note" }, el("bdi", {}, visible(raw)), ` · ${table.id[index] ?? ""}`),
    ...meanings.map((meaning) => el("div", { class: "tip-note" }, meaning)),
  );
}
