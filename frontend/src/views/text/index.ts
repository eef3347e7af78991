/**
 * The text view: the running text as a person reads it, tinted by what the selected word attends to, or by
 * what attends to it.
 *
 * The text is elements, so that it can be selected, searched and printed; gutter, minimap and the weights
 * over an image are canvases beside and over it. Elements are made once for a text; a selection changes
 * their colours only.
 */

import { formOf } from "../../attention/form";
import { isImageAlone } from "../../attention/patches";
import { type LayerAttention, type Tables, tablesOf } from "../../attention/source";
import { rgb, type Theme } from "../../draw/colour";
import type { State } from "../../state/state";
import { bound, percent, share } from "../../text/number";
import { el } from "../../ui/dom";
import type { ViewFactory } from "../view";
import { type Article, createArticle, type Piecework } from "./article";
import { type Answer, costOf, createCounter, type Question, type Weights } from "./count";
import { answered, clicked, FIELDS, type Focus, focusOf, questionOf, type Side } from "./focus";
import { lineAt, paintGutter } from "./gutter";
import { keyChange } from "./keys";
import { measureText, NO_LAYOUT, type TextLayout } from "./lines";
import { byLine, isUnderlined, largestOf, strength, sumOf, tintAlpha } from "./measures";
import { createMinimap } from "./minimap";
import { unitName } from "./patches";
import { createSide } from "./side";
import { colourOf, powerOf, weightsOf } from "./tint";
import { type Spot, spotTip } from "./tip";

/** A text of fewer lines that fits as a whole needs no map. */
const MAP_LINES = 8;

/** The most height of an image on paper, so that it fits one sheet. */
const SHEET = 900;

/** Multiplications for the means of a text in which nothing is selected; a second or two. */
const MOST_UNASKED = 1.2e9;
const UNCOUNTED: Answer = { values: null, done: 1 };

export const textView: ViewFactory = (context) => {
  const { strings, store, tooltip } = context;
  const words = strings.textView;
  const gutter = el("canvas", { class: "text-gutter", "aria-hidden": "true" });
  const column = el("div", { class: "text-column" });
  const minimap = createMinimap((top) => scroller.scrollTo({ top }));
  const scroller = el(
    "div",
    {
      class: "text-scroll",
      tabindex: 0,
      "data-keys": true,
      role: "group",
      "aria-label": words.drawing,
    },
    gutter,
    column,
    minimap.canvas,
  );
  const side = createSide(words, context.payload.inline ? 5 : 10, {
    show: (unit) => show(unit),
    pin: (unit) => pin(tintedSide(), unit),
    sentence: (sentence) => {
      const unit = articleOf(tintedSide())?.table.sentence.indexOf(sentence) ?? -1;
      if (unit >= 0) reveal(tintedSide(), unit, "center");
    },
    over(sentence, anchor) {
      if (sentence === null || answer?.values == null || texts === null) return tooltip.hide();
      const table = texts[tintedSide()];
      const own = [...table.sentence.keys()].filter((unit) => table.sentence[unit] === sentence);
      const said = `${words.sentence(sentence + 1)}: ${share(sumOf(answer.values, own))}`;
      tooltip.show(el("div", { class: "tip" }, said), anchor);
    },
  });
  const stage = el("div", { class: "text-stage" }, scroller);
  const element = el("section", { class: "text-view" }, stage, side.element);
  const counter = createCounter((done) => {
    // Drawing a long text anew takes longer than a piece of counting, so until the end only the share
    // that is done is written.
    if (done) update(store.get());
    else if (state !== null) tell(state);
  });

  let articles: Article[] = [];
  let texts: Tables | null = null;
  let layout: TextLayout = NO_LAYOUT;
  let layoutName = "";
  let gutterWidth = 0;
  let state: State | null = null;
  let focus: Focus | null = null;
  let answer: Answer | null = null;
  let attention: LayerAttention | undefined;
  let sums: Float64Array | null = null;
  let largest = 0;
  /** The height in which text was last in sight. */
  let sight = 0;
  /** What the pointer or this view itself chose; anything else came from elsewhere and is brought in sight. */
  let known: { pinned: number | null; hovered: number | null } = { pinned: null, hovered: null };

  const tintedSide = (): Side => (focus === null ? "keys" : answered(focus));
  const articleOf = (wanted: Side): Article | undefined =>
    articles.length === 1 ? articles[0] : articles.find((article) => article.side === wanted);

  /** Makes the text anew where it is another one. */
  function build(now: State): Tables {
    const source = context.source(now);
    const next = tablesOf(source, now.kind);
    if (texts?.queries === next.queries && texts.keys === next.keys) return texts;
    const { image } = source.trace;
    const make = (which: Side, heading: string | null): Article =>
      createArticle(next[which], which, image, {
        image: words.image,
        unread: words.unread,
        heading,
      });
    articles =
      next.queries === next.keys
        ? [make("queries", null)]
        : [make("queries", words.sides.queries), make("keys", words.sides.keys)];
    column.replaceChildren(...articles.map((article) => article.element));
    for (const { figure } of articles) figure?.image.addEventListener("load", () => paint());
    const apart = texts === null || texts.queries.texts !== next.queries.texts;
    if (apart) scroller.scrollTo({ top: 0 });
    layoutName = "";
    texts = next;
    return next;
  }

  /** Reads the places again where the text is set anew. */
  function layOut(): void {
    const room = column.clientWidth;
    const name = `${room} ${scroller.clientHeight} ${window.devicePixelRatio}`;
    if (name === layoutName) return;
    layoutName = name;
    const tall = context.paper() ? SHEET : scroller.clientHeight - 64;
    for (const { figure } of articles) figure?.layOut(room, tall);
    layout = measureText(articles, column);
    gutterWidth = Number.parseFloat(getComputedStyle(scroller).gridTemplateColumns) || 0;
    const fits = layout.height <= scroller.clientHeight && layout.lines.length < MAP_LINES;
    const image = articles.every(({ table }) => isImageAlone(table));
    scroller.classList.toggle("short", fits || image);
    const margins = 24;
    const left = element.clientHeight - layout.height - margins;
    side.element.style.setProperty("--left", `${Math.max(0, Math.floor(left))}px`);
  }

  function update(now: State): void {
    state = now;
    if (stage.clientWidth === 0) return;
    build(now);
    layOut();
    focus = focusOf(now, context.source(now).group(now.kind));
    const weights = weightsOf(context.source(now), now);
    attention = weights?.attention;
    answer = weights === null ? null : ask(weights, questionOf(focus));
    const values = answer?.values ?? null;
    const tinted = articleOf(tintedSide());
    largest = values === null ? 0 : largestOf(values, tinted?.placed ?? []);
    const counts = (line: number): boolean => isTinted(layout.lines[line]?.side);
    sums = values && byLine(values, layout.parts, layout.lines.length, counts);
    paint();
    tell(now);
    follow();
    keepInSight();
    element.dataset.counting = String(answer === null || answer.done < 1);
  }

  /** Nothing is counted for a text in which nothing is selected, if that would take long. */
  function ask(weights: Weights, question: Question): Answer {
    if (question === "mean" && costOf(weights) > MOST_UNASKED) {
      counter.stop();
      return UNCOUNTED;
    }
    return counter.ask(weights, question);
  }

  const isTinted = (of: Side | undefined): boolean => articles.length === 1 || of === tintedSide();

  function paint(): void {
    const now = state;
    if (now === null || focus === null) return;
    const theme = context.theme();
    const colour = colourOf(now, theme);
    const values = answer?.values ?? null;
    for (const article of articles) paintArticle(article, theme, colour, values);
    minimap.paint({
      theme,
      colour,
      layout,
      side: articles.length === 1 ? "queries" : tintedSide(),
      values,
      largest,
      power: powerOf(focus),
      selected: focus.selected,
      from: focus.from,
      room: scroller.clientHeight - 24,
    });
    scrolled();
  }

  function paintArticle(
    article: Article,
    theme: Theme,
    colour: string,
    values: Float32Array | null,
  ): void {
    const { pinned, hovered } = marked(article);
    const own = isTinted(article.side) ? values : null;
    const power = powerOf(focus as Focus);
    const [r, g, b] = rgb(colour);
    for (const piece of article.pieces) {
      const { units, span } = piece;
      const t = own === null ? 0 : strength(sumOf(own, units), largest, power);
      const tint = t > 0 ? `rgb(${r} ${g} ${b} / ${tintAlpha(t, theme.dark).toFixed(3)})` : "";
      if (piece.tint !== tint) {
        piece.tint = tint;
        span.style.setProperty("--tint", tint || null);
      }
      const underline = isUnderlined(t) ? colour : "";
      if (piece.underline !== underline) {
        piece.underline = underline;
        span.style.setProperty("--underline", underline || null);
        span.classList.toggle("strong", underline !== "");
      }
      mark(piece, "pinned", pinned);
      mark(piece, "hovered", hovered);
    }
    const look = { theme, colour, values: own, largest, power, pinned, hovered };
    article.figure?.paint(look, context.paper());
  }

  function mark(piece: Piecework, name: "pinned" | "hovered", unit: number | null): void {
    const on = unit !== null && piece.units.includes(unit);
    if (piece[name] === on) return;
    piece[name] = on;
    piece.span.classList.toggle(name, on);
  }

  /** What is pinned in a text, and what the pointer or the keyboard is on. */
  function marked(article: Article): { pinned: number | null; hovered: number | null } {
    const now = state as State;
    const chosen = focus as Focus;
    const field = FIELDS[chosen.apart ? article.side : "queries"];
    const pinned = !chosen.apart || article.side === chosen.from ? now[field.pinned] : null;
    return { pinned, hovered: now[field.hovered] };
  }

  /** What follows the scroll: bars beside the lines in view, and the frame on the map. */
  function scrolled(): void {
    if (state === null) return;
    const theme = context.theme();
    paintGutter(gutter, {
      theme,
      colour: colourOf(state, theme),
      layout,
      sums,
      width: gutterWidth,
      height: scroller.clientHeight,
      scroll: scroller.scrollTop,
    });
    minimap.window(scroller.scrollTop, scroller.clientHeight);
  }

  function tell(now: State): void {
    if (texts === null || focus === null) return;
    const theme = context.theme();
    const to = articleOf(tintedSide());
    if (to === undefined) return;
    side.update({
      theme,
      colour: colourOf(now, theme),
      lang: strings.lang,
      from: texts[focus.from],
      to: to.table,
      selected: focus.selected,
      toward: now.toward,
      by: unitName(to.table, now.by),
      picture: context.source(now).trace.image,
      source: words.from[now.over](now.layer, now.head),
      values: answer?.values ?? null,
      placed: to.placed,
      added: to.added,
      message: messageOf(now, to),
    });
  }

  function messageOf(now: State, article: Article): string | null {
    if (answer === null) return context.problem(now) ?? words.loading(now.layer);
    const unit = unitName(article.table, now.by);
    if (answer === UNCOUNTED) return words.click[unit];
    if (answer.values === null) return words.counting(percent(answer.done));
    return focus?.selected == null ? words.click[unit] + words.untilThen[unit] : null;
  }

  /** Brings into sight what was chosen elsewhere: by a key, by a link, in another view. */
  function follow(): void {
    if (focus === null) return;
    const { pinned, hovered, from } = focus;
    const wanted =
      hovered !== null && hovered !== known.hovered
        ? hovered
        : pinned !== known.pinned
          ? pinned
          : null;
    known = { pinned, hovered };
    if (wanted !== null) reveal(from, wanted, "nearest");
  }

  /** The list beside the text takes room as it fills: what is pinned and was in sight stays in sight. */
  function keepInSight(): void {
    const before = sight;
    sight = scroller.clientHeight;
    if (sight >= before || focus?.pinned == null) return;
    const place = elementOf(focus.from, focus.pinned)?.getBoundingClientRect();
    const { top } = scroller.getBoundingClientRect();
    if (place && place.top >= top && place.bottom <= top + before)
      reveal(focus.from, focus.pinned, "nearest");
  }

  function elementOf(of: Side, unit: number): HTMLElement | null {
    const article = articleOf(of);
    const piece = article?.pieces.find(({ units }) => units.includes(unit));
    return piece?.span ?? (article?.figure?.units.includes(unit) ? article.figure.element : null);
  }

  function reveal(of: Side, unit: number, block: "nearest" | "center"): void {
    const target = elementOf(of, unit);
    if (target === null) return;
    const box = target.getBoundingClientRect();
    const frame = scroller.getBoundingClientRect();
    const margin = 24;
    if (block === "center" && box.height < frame.height) {
      scroller.scrollBy({ top: (box.top + box.bottom - frame.top - frame.bottom) / 2 });
    } else if (box.top < frame.top + margin)
      scroller.scrollBy({ top: box.top - frame.top - margin });
    else if (box.bottom > frame.bottom - margin && box.height < frame.height) {
      scroller.scrollBy({ top: box.bottom - frame.bottom + margin });
    }
  }

  /** From the list of strongest units to where they stand. */
  function show(unit: number): void {
    const of = tintedSide();
    const { hovered } = FIELDS[focus?.apart ? of : "queries"];
    known = { ...known, hovered: unit };
    store.set({ [hovered]: unit });
    reveal(of, unit, "center");
  }

  function pin(of: Side, unit: number): void {
    if (state === null || focus === null) return;
    const change = clicked(state, focus, of, unit);
    known = { pinned: change.token ?? change.key ?? null, hovered: known.hovered };
    store.set(change);
  }

  /** The unit under the pointer, and the text it stands in. */
  function under(event: MouseEvent): Spot | null {
    const target = event.target as Element;
    const article = articles.find((each) => each.element.contains(target));
    if (article === undefined) return null;
    if (article.figure?.canvas === target) {
      const unit = article.figure.at(event.clientX, event.clientY);
      return unit === null ? null : { side: article.side, unit };
    }
    const unit = target.closest<HTMLElement>(".unit")?.dataset.unit;
    return unit === undefined ? null : { side: article.side, unit: Number(unit) };
  }

  function over(event: PointerEvent): void {
    if (event.buttons !== 0 || focus === null) return;
    const at = under(event);
    const own = focus.apart ? (at?.side ?? focus.from) : "queries";
    const change = { hover: null, hoverKey: null, [FIELDS[own].hovered]: at?.unit ?? null };
    known = { ...known, hovered: at !== null && own === focus.from ? at.unit : null };
    store.set(change);
    tip(at, event);
  }

  function tip(at: Spot | null, event: PointerEvent): void {
    const values = at !== null && isTinted(at.side) ? (answer?.values ?? null) : null;
    const by = state?.by ?? "word";
    const found = at && focus && texts && spotTip(at, focus, { ...texts, values, by, strings });
    if (at === null || found == null) tooltip.hide();
    else tooltip.show(found, placeOf(at, event));
  }

  function placeOf(at: Spot, event: PointerEvent): DOMRect {
    const box =
      articleOf(at.side)?.figure?.place(at.unit) ??
      (event.target as Element).getBoundingClientRect();
    // Of a unit on several lines the place of the pointer is the better one.
    return box.height > 60 ? new DOMRect(event.clientX, event.clientY, 0, 0) : box;
  }

  column.addEventListener("pointermove", over);
  column.addEventListener("pointerleave", () => {
    known = { ...known, hovered: null };
    tooltip.hide();
    store.set({ hover: null, hoverKey: null });
  });
  column.addEventListener("click", (event) => {
    const at = under(event);
    // Who marks a passage to copy it selects no word.
    if (at !== null && (getSelection()?.isCollapsed ?? true)) pin(at.side, at.unit);
  });
  gutter.addEventListener("pointermove", (event) => {
    const y = event.clientY - scroller.getBoundingClientRect().top + scroller.scrollTop;
    const line = lineAt(layout, y);
    if (line === null || sums === null) return tooltip.hide();
    const anchor = { x: event.clientX, y: event.clientY };
    tooltip.show(el("div", { class: "tip" }, words.line(share(sums[line] ?? 0))), anchor);
  });
  gutter.addEventListener("pointerleave", () => tooltip.hide());
  scroller.addEventListener("scroll", () => requestAnimationFrame(scrolled), { passive: true });
  // Fonts that come late set the text anew.
  const resized = new ResizeObserver(() => {
    if (layoutName !== "" && Math.abs(column.scrollHeight - layout.height) > 1) {
      layoutName = "";
      if (state !== null) update(state);
    }
  });
  resized.observe(column);

  return {
    element,
    update,
    key(event) {
      // Keys may come faster than drawings, so what counts is the state that the last one left.
      const at = focus && { from: focus.from, article: articleOf(focus.from), layout };
      const change = at && !event.shiftKey ? keyChange(event.key, store.get(), at) : null;
      if (change !== null) store.set(change);
      return change !== null;
    },
    status() {
      if (focus === null || attention === undefined) return [];
      const { layer } = attention;
      const tint = words.tint[focus.selected === null ? "mean" : "weight"];
      return [
        ...(answer === UNCOUNTED ? [] : [tint]),
        strings.precision(formOf(layer), bound(layer.error)),
      ];
    },
    seen() {
      const [first, end] = [scroller.scrollTop, scroller.scrollTop + scroller.clientHeight];
      const inView = (line: number): boolean => {
        const at = layout.lines[line];
        return at?.side === "queries" && at.bottom > first && at.top < end;
      };
      const units = layout.parts.filter(({ line }) => inView(line)).flatMap((part) => part.units);
      return units.length === 0 ? null : { first: Math.min(...units), end: Math.max(...units) + 1 };
    },
    destroy() {
      counter.stop();
      side.destroy();
      resized.disconnect();
      tooltip.hide();
    },
  };
};
