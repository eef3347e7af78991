/** The running text as elements: one span for every run of units, one canvas over the image. */

import type { Picture, TokenTable } from "../../payload/schema";
import type { Piece } from "../../text/tokens";
import { readable } from "../../text/tokens";
import { el } from "../../ui/dom";
import { createFigure, type Figure } from "./figure";
import type { Side } from "./focus";
import { type Passage, passagesOf, placedUnits, type Run } from "./passages";

/** Units where they stand in the text, and how they look now: most of a text stays as it is from one
 *  selection to the next, and asking an element costs more than remembering. */
export interface Piecework {
  units: readonly number[];
  span: HTMLElement;
  tint: string;
  underline: string;
  pinned: boolean;
  hovered: boolean;
}

export interface Article {
  side: Side;
  table: TokenTable;
  element: HTMLElement;
  pieces: Piecework[];
  /** The image, where the table has patches of it. */
  figure: Figure | null;
  /** The units that stand in the text or on the image; all others were added to it. */
  placed: number[];
  added: number[];
}

export interface ArticleWords {
  image: string;
  unread: string;
  /** The heading of one of two texts; null for a text that stands alone. */
  heading: string | null;
}

export function createArticle(
  table: TokenTable,
  side: Side,
  picture: Picture | null,
  words: ArticleWords,
): Article {
  const element = el("article", { class: "text-article", "data-side": side, lang: table.lang });
  const article: Article = {
    side,
    table,
    element,
    pieces: [],
    figure: null,
    placed: [],
    added: [],
  };
  if (words.heading !== null) element.append(el("h3", { class: "text-side" }, words.heading));
  const passages = passagesOf(table);
  for (const passage of passages) element.append(passageElement(passage, article, picture, words));
  const placed = placedUnits(passages);
  for (const unit of table.label.keys())
    (placed.has(unit) ? article.placed : article.added).push(unit);
  return article;
}

function passageElement(
  passage: Passage,
  article: Article,
  picture: Picture | null,
  words: ArticleWords,
): HTMLElement {
  const section = el("section", { class: "passage" });
  if (passage.name !== null) {
    section.append(el("h4", { class: "passage-name" }, el("bdi", {}, passage.name)));
  }
  for (const block of passage.blocks) {
    if (block.kind === "paragraph") {
      const paragraph = el("p", {
        class: block.title ? "text-title" : "text-paragraph",
        dir: "auto",
      });
      for (const run of block.runs) paragraph.append(...runNodes(run, article, words.unread));
      section.append(paragraph);
    } else if (picture !== null) {
      article.figure = createFigure(picture, article.table, block.units, words.image);
      section.append(article.figure.element);
    }
  }
  return section;
}

function runNodes(run: Run, article: Article, unread: string): (Node | string)[] {
  const nodes = readable(run.text).map(pieceNode);
  if (run.units.length === 0) {
    if (run.text.trim() === "") return nodes;
    return [el("span", { class: "unread", title: unread }, ...nodes)];
  }
  const span = el("span", { class: "unit", "data-unit": run.units[0] as number }, ...nodes);
  const plain = { tint: "", underline: "", pinned: false, hovered: false };
  article.pieces.push({ units: run.units, span, ...plain });
  return [span];
}

function pieceNode(piece: Piece): Node | string {
  return piece.mark ? el("span", { class: "token-mark" }, piece.text) : piece.text;
}
