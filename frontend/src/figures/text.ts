/** The text view as a figure: the running text with its tints, and below it the strongest units. */

import { tablesOf } from "../attention/source";
import type { Pen } from "../draw/pen";
import type { Picture, TokenTable } from "../payload/schema";
import { font } from "../text/fonts";
import { count } from "../text/number";
import { readable } from "../text/tokens";
import { answer, type Question, type Weights } from "../views/text/count";
import { answered, FIELDS, focusOf, questionOf, type Side } from "../views/text/focus";
import { isUnderlined, largestOf, strength, sumOf, tintAlpha } from "../views/text/measures";
import { type Paragraph, passagesOf, placedUnits } from "../views/text/passages";
import { fitPicture, paintPatches } from "../views/text/patches";
import { colourOf, powerOf, weightsOf } from "../views/text/tint";
import { type Fact, type Figure, FigureError, type Given, type Part } from "./figure";
import { type Fragment, isBlank, type Stretch, setLines, WIDE } from "./setting";
import { listPart } from "./strongest";
import { type Article, CORNER, type TextLook, write } from "./textlook";

const WIDTH = 740;
/** An image as high as a page is wide enough to look at. */
const PICTURE = 640;
/** As the page's style sheet has them: size, height of a line, and the room above and below. */
const PARAGRAPH = { size: 17, line: 1.72, above: 14, below: 0 };
const JAPANESE = { size: 17.5, line: 1.95, above: 14, below: 0 };
const TITLE = { size: 22, line: 1.3, above: 6, below: 8 };
const NAME = { size: 11.5, height: 24 };
/** Between two texts, and between the messages of a chat. */
const APART = { articles: 24, passages: 16 };
/** A plate is as high as the letters and this much more. */
const PLATE = { letters: 1.21, more: 3, beyond: 3 };

/** How a stretch looks: its units, and whether it stands for something else than itself. */
interface Look {
  units: readonly number[];
  mark: boolean;
}

/** Something of the text in its place, from top to bottom. */
interface Item {
  top: number;
  bottom: number;
  side: Side;
  units: readonly number[];
  paint(pen: Pen, top: number): void;
}

export function textFigure(given: Given): Figure {
  const { source, state, strings } = given;
  const words = strings.textView;
  const group = source.group(state.kind);
  const focus = focusOf({ ...state, hover: null, hoverKey: null }, group);
  const { queries, keys } = tablesOf(source, state.kind);
  const articles = focus.apart
    ? [articleOf(queries, "queries"), articleOf(keys, "keys")]
    : [articleOf(queries, "queries")];
  const tinted = (articles.find(({ side }) => side === answered(focus)) ?? articles[0]) as Article;
  // Loaded: who calls has seen to that.
  const values = counted(weightsOf(source, state) as Weights, questionOf(focus));
  const look: TextLook = {
    given,
    focus,
    tinted,
    values,
    largest: largestOf(values, tinted.placed),
    colour: colourOf(state, given.theme),
    width: given.width ?? WIDTH,
  };

  const text = textPart(look, articles);
  const list = listPart(look, queries, keys);
  const facts: Fact[] = [
    state.over === "head" ? { heads: [state.head] } : words.overs[state.over],
    ...text.facts,
    words.tint[focus.selected === null ? "mean" : "weight"],
  ];
  return {
    parts: [text.part, { ...list, y: text.part.height + 16 }],
    facts,
    everyLayer: state.over === "rollout",
  };
}

function articleOf(table: TokenTable, side: Side): Article {
  const passages = passagesOf(table);
  const inText = placedUnits(passages);
  const all = [...table.label.keys()];
  return {
    side,
    table,
    passages,
    placed: all.filter((unit) => inText.has(unit)),
    added: all.filter((unit) => !inText.has(unit)),
  };
}

/** All at once: nobody moves a pointer over a figure meanwhile. */
function counted(weights: Weights, question: Question): Float32Array {
  const work = answer(weights, question);
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/** The text, as much of it as has room. */
function textPart(look: TextLook, articles: readonly Article[]): { part: Part; facts: string[] } {
  const { given, width } = look;
  const { view, longest, strings } = given;
  const items: Item[] = [];
  let y = 0;
  for (const [i, article] of articles.entries()) {
    if (i > 0) y += APART.articles;
    y = setArticle(look, article, articles.length > 1, y, items);
  }
  let shown = items;
  const facts: string[] = [];
  if (y > longest) {
    const main = (articles[0] as Article).table.label.length;
    const last = items.findLast(({ bottom }) => bottom <= longest);
    if (view === null)
      throw new FigureError(
        strings.figure.longText(count(main), count((last?.units.at(-1) ?? 0) + 1)),
      );
    const first = items.findIndex((item) => within(item, view));
    shown = items
      .slice(Math.max(0, first))
      .filter((item) => within(item, view) || item.units.length === 0);
    const top = shown[0]?.top ?? 0;
    shown = shown.filter(({ bottom }) => bottom - top <= longest);
    const units = shown.flatMap((item) => (item.side === "queries" ? item.units : []));
    const from = Math.max(view.first, Math.min(...units));
    const to = Math.min(view.end - 1, Math.max(...units));
    facts.push(strings.figure.part(count(from), count(to), count(main)));
  }
  const top = shown === items ? 0 : (shown[0]?.top ?? 0);
  return {
    facts,
    part: {
      x: 0,
      y: 0,
      width,
      height: Math.max(0, ...shown.map(({ bottom }) => bottom - top)),
      paint(pen) {
        for (const item of shown) item.paint(pen, item.top - top);
      },
    },
  };
}

function within(item: Item, view: { first: number; end: number }): boolean {
  return (
    item.side === "queries" && item.units.some((unit) => unit >= view.first && unit < view.end)
  );
}

/** Puts an article below `y`, and returns where it ends. */
function setArticle(
  look: TextLook,
  article: Article,
  headed: boolean,
  from: number,
  items: Item[],
): number {
  const { given, width } = look;
  const { strings, source } = given;
  let y = from;
  const put = (height: number, units: readonly number[], paint: Item["paint"]): void => {
    items.push({ top: y, bottom: y + height, side: article.side, units, paint });
    y += height;
  };
  const name = (text: string): void =>
    put(NAME.height, [], (pen, top) => paintName(pen, given, text, top, width));
  if (headed) name(strings.textView.sides[article.side]);
  for (const [i, passage] of article.passages.entries()) {
    if (i > 0) y += APART.passages;
    if (passage.name !== null)
      name(
        readable(passage.name)
          .map(({ text }) => text)
          .join(""),
      );
    for (const [j, block] of passage.blocks.entries()) {
      if (block.kind === "paragraph") {
        const form = formOf(block, article.table);
        if (j > 0 || block.title) y += form.above;
        const { height, lines } = setParagraph(look, block, article.table, form);
        for (const line of lines) {
          const units = [...new Set(line.flatMap((fragment) => fragment.look.units))];
          put(height, units, (pen, top) =>
            paintLine(pen, look, article, line, form, block.title, top),
          );
        }
        y += form.below;
      } else if (source.trace.image !== null) {
        const picture = source.trace.image;
        const size = fitPicture(picture, { width, height: PICTURE });
        y += 12;
        put(size.height, block.units, (pen, top) =>
          paintPicture(pen, look, article, picture, size, block.units, top),
        );
        y += 12;
      }
    }
  }
  return y;
}

type Form = typeof PARAGRAPH;

function formOf(block: Paragraph, table: TokenTable): Form {
  if (block.title) return TITLE;
  return table.lang?.startsWith("ja") ? JAPANESE : PARAGRAPH;
}

function setParagraph(
  { given, width }: TextLook,
  block: Paragraph,
  table: TokenTable,
  form: Form,
): { height: number; lines: Fragment<Look>[][] } {
  const stretches = block.runs.flatMap(({ text, units }): Stretch<Look>[] =>
    readable(text).map((piece) => ({ text: piece.text, look: { units, mark: piece.mark } })),
  );
  const own = font(form.size, table.lang, block.title);
  const lines = setLines(stretches, width, (text) => given.measure(text, own));
  return { height: form.size * form.line, lines };
}

function paintName(
  pen: Pen,
  { theme, strings, measure }: Given,
  text: string,
  top: number,
  width: number,
): void {
  const own = font(NAME.size, strings.lang);
  const middle = top + NAME.height / 2;
  const end = measure(text, own) + 10;
  write(pen, text, 0, middle, own, theme.ink3);
  pen.fillStyle = theme.hair;
  if (end < width) pen.fillRect(end, middle, width - end, 1);
}

/** What is pinned in an article. */
function pinnedIn(look: TextLook, article: Article): number | null {
  const { focus, given } = look;
  if (focus.apart && article.side !== focus.from) return null;
  return given.state[FIELDS[focus.apart ? article.side : "queries"].pinned];
}

function paintLine(
  pen: Pen,
  look: TextLook,
  article: Article,
  line: readonly Fragment<Look>[],
  form: Form,
  bold: boolean,
  top: number,
): void {
  const { theme } = look.given;
  const middle = top + (form.size * form.line) / 2;
  const height = form.size * PLATE.letters + (bold ? 0 : PLATE.more);
  const pinned = pinnedIn(look, article);
  const isPinned = ({ units }: Look): boolean => pinned !== null && units.includes(pinned);
  for (const { look: own, left, width } of line) {
    if (isPinned(own)) continue;
    paintTint(pen, look, article, own.units, { x: left, y: middle - height / 2, width, height });
  }
  // The black plate reaches into the blanks beside it, and over no letter.
  for (const [i, { look: own, left, width }] of line.entries()) {
    if (!isPinned(own)) continue;
    const open = (beside: Fragment<Look> | undefined): boolean =>
      beside === undefined || isBlank(beside.text) || isPinned(beside.look);
    const [before, after] = [line[i - 1], line[i + 1]].map((beside) =>
      open(beside) ? PLATE.beyond : 0,
    ) as [number, number];
    pen.beginPath();
    pen.roundRect(left - before, middle - height / 2, width + before + after, height, CORNER);
    pen.fillStyle = theme.ink;
    pen.fill();
  }
  pen.font = font(form.size, article.table.lang, bold);
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  for (const { text, left, width, colour } of written(line, (own) =>
    isPinned(own)
      ? theme.paper
      : own.mark
        ? theme.ink3
        : own.units.length > 0
          ? theme.ink
          : theme.dim,
  )) {
    pen.fillStyle = colour;
    if (pen.fillFitted === undefined) pen.fillText(text, left, middle);
    else pen.fillFitted(text, left, middle, width);
  }
}

function paintTint(
  pen: Pen,
  { given, focus, tinted, values, largest, colour }: TextLook,
  article: Article,
  units: readonly number[],
  at: { x: number; y: number; width: number; height: number },
): void {
  if (article !== tinted || units.length === 0) return;
  const t = strength(sumOf(values, units), largest, powerOf(focus));
  if (t === 0) return;
  pen.beginPath();
  pen.roundRect(at.x, at.y, at.width, at.height, CORNER);
  pen.fillStyle = colour;
  pen.globalAlpha = tintAlpha(t, given.theme.dark);
  pen.fill();
  pen.globalAlpha = 1;
  if (isUnderlined(t)) pen.fillRect(at.x, at.y + at.height - 2, at.width, 2);
}

interface Written {
  text: string;
  left: number;
  width: number;
  colour: string;
}

/** Fragments of one colour that make one word are written as one, so that its letters can join. Chinese and
 *  Japanese characters, which do not, keep the places that their tints have. */
function written(line: readonly Fragment<Look>[], colourFor: (look: Look) => string): Written[] {
  const found: Written[] = [];
  for (const { text, look, left, width } of line) {
    if (isBlank(text)) continue;
    const colour = colourFor(look);
    const last = found.at(-1);
    const joins =
      last?.colour === colour &&
      Math.abs(last.left + last.width - left) < 0.01 &&
      !WIDE.test([...last.text].at(-1) ?? "") &&
      !WIDE.test([...text][0] ?? "");
    if (last !== undefined && joins) {
      last.text += text;
      last.width += width;
    } else found.push({ text, left, width, colour });
  }
  return found;
}

function paintPicture(
  pen: Pen,
  look: TextLook,
  article: Article,
  picture: Picture,
  size: { width: number; height: number; pixels: boolean },
  units: readonly number[],
  top: number,
): void {
  const { given, focus, values, largest } = look;
  const own = article === look.tinted ? values : null;
  pen.save();
  pen.translate(0, top);
  pen.fillPicture?.({ url: picture.url, x: 0, y: 0, ...size });
  paintPatches(pen, size, article.table.boxes ?? [], units, {
    theme: given.theme,
    colour: look.colour,
    values: own,
    largest,
    power: powerOf(focus),
    pinned: pinnedIn(look, article),
    hovered: null,
  });
  pen.restore();
}
