/**
 * The head view: lines from every query to the keys it attends to, in the colours of the heads.
 *
 * One canvas the size of the view stays in place while a spacer as large as the text scrolls under it,
 * so a text of any length costs what is in view and no more.
 */

import { choiceName } from "../../attention/choice";
import { type LayerAttention, type Tables, tablesOf } from "../../attention/source";
import { canvasMeasure } from "../../draw/labels";
import { collectLines, paintLines } from "../../draw/lines";
import type { Pen } from "../../draw/pen";
import { fitCanvas } from "../../draw/surface";
import { loadedLayer } from "../../state/loaded";
import { choiceOf, type State } from "../../state/state";
import { share } from "../../text/number";
import { findTokens, tokenText } from "../../text/tokens";
import { el } from "../../ui/dom";
import type { ViewFactory } from "../view";
import { type Focus, focusOf, meanRows, strongestKeys } from "./focus";
import {
  contentSize,
  directionOf,
  hit,
  inView,
  type Layout,
  labelBox,
  layOut,
  linePlaces,
  paperHeight,
  revealed,
  startOf,
} from "./geometry";
import type { Room } from "./layout";
import { createMessage } from "./message";
import type { Brush } from "./paint";
import { paintHorizontal } from "./painthorizontal";
import { paintVertical } from "./paintvertical";
import { followPointer } from "./pointer";
import { createPictures } from "./rest";
import { computed, type Prepared } from "./rows";
import { sentences } from "./sentences";
import { createWeightTable } from "./table";
import { overLines, tipOf } from "./tooltips";

/** The keyboard walks over so many keys of a query; the rest is reached in the order of the text. */
const MOST_STEPS = 100;

/** A drawing that has not changed for so many milliseconds has come to rest. */
const REST = 150;

export const headView: ViewFactory = (context) => {
  const { strings, store, tooltip } = context;
  const canvas = el("canvas", {
    class: "head-canvas",
    role: "application",
    tabindex: 0,
    "data-keys": true,
  });
  const space = el("div", { class: "head-space" }, canvas);
  const scroller = el("div", { class: "head-scroll" }, space);
  const message = createMessage();
  const table = createWeightTable(strings);
  const stage = el("div", { class: "head-stage" }, scroller, message.element);
  const element = el("section", { class: "head-view" }, stage, table.element);
  const measure = canvasMeasure(canvas.getContext("2d") as CanvasRenderingContext2D);
  const pictures = createPictures();
  let state: State | null = null;
  let layout: Layout | null = null;
  let layoutName = "";
  let textName = "";
  let prepared: Prepared | null = null;
  let focus: Focus | null = null;
  /** The query that the pointer chose; any other came from the keyboard and is brought into view. */
  let pointed: number | null = null;
  let pinned: number | null = null;
  let pointerIn = false;
  let waiting = 0;
  let rest: ReturnType<typeof setTimeout> | undefined;
  /** While the view is on paper, how far it was scrolled on the screen. */
  let screen: number | null = null;

  const tables = (now: State): Tables => tablesOf(context.source(now), now.kind);

  const sidesOf = (now: State): Room["sides"] =>
    now.kind === "cross" ? strings.textView.sides : null;

  const vertical = (): boolean => layout?.direction === "vertical";
  const scroll = (): number => (vertical() ? scroller.scrollTop : scroller.scrollLeft);
  const extent = (): number => (vertical() ? scroller.clientHeight : scroller.clientWidth);

  function relayout(now: State): Layout {
    const { queries, keys } = tables(now);
    const direction = directionOf(now, queries);
    const [width, height] = [scroller.clientWidth, scroller.clientHeight];
    const shown = `${now.trace} ${now.kind} ${choiceName(now)}`;
    const name = `${shown} ${direction} ${width} ${height} ${now.heads.length}`;
    if (layout !== null && name === layoutName) return layout;
    layoutName = name;
    prepared = null;
    const { inline } = context.payload;
    layout = layOut(direction, {
      queries,
      keys,
      width,
      height,
      heads: now.heads.length,
      inline,
      sides: sidesOf(now),
      centred: true,
      bars: true,
      measure,
    });
    const size = contentSize(layout);
    scroller.dataset.direction = direction;
    space.style.width = `${size.width}px`;
    space.style.height = `${size.height}px`;
    canvas.lang = queries.lang ?? "";
    const text = `${now.trace} ${now.kind} ${direction}`;
    if (text !== textName) scroller.scrollTo(0, 0);
    textName = text;
    return layout;
  }

  function prepare(now: State, attention: LayerAttention, to: Layout): Prepared {
    const theme = context.theme();
    const at = scroll();
    const name = [layoutName, now.layer, now.heads.join(), now.threshold, at, theme.dark].join("|");
    if (prepared?.name === name && prepared.complete) return prepared;
    const view = inView(to, at, extent());
    const { keys } = view;
    const end = computed(attention, now.heads, view.queries);
    const queries = { first: view.queries.first, end };
    const lines = collectLines(attention, now.heads, queries, now.threshold);
    pictures.reset({
      lines,
      keys,
      places: linePlaces(to, now.heads),
      theme,
      width: scroller.clientWidth,
      height: scroller.clientHeight,
      shift: vertical() ? { x: 0, y: -at } : { x: -at, y: 0 },
    });
    const complete = end === view.queries.end;
    prepared = { name, complete, attention, queries, lines, means: null };
    if (!complete) soon();
    return prepared;
  }

  function draw(): void {
    const now = state;
    if (now === null) return;
    const turn = turnToPaper(now);
    if (scroller.clientWidth === 0 || scroller.clientHeight === 0) return;
    const to = relayout(now);
    turn?.(to);
    reveal(now, to);
    const attention = loadedLayer(context.source(now), now);
    // What was drawn of another layer says nothing of one that is still loading.
    if (attention === undefined) prepared = null;
    const ready = attention === undefined ? null : prepare(now, attention, to);
    focus =
      ready === null ? null : focusOf(now, ready.attention, ready.lines, () => meansOf(now, ready));
    paint(now, to, ready);
    say(now, to, ready);
    if (ready !== null && focus !== null) {
      table.update(focus, now.heads, now.layer, tables(now));
      element.dataset.drawnLines = String(ready.lines.count);
      element.dataset.drawnLayer = ready.complete ? String(now.layer) : "";
      tell(now, to, ready, focus);
    }
  }

  /** Gives the drawing the height it has on paper, or the screen its own again. What was in view stays
   *  in view: the function returned scrolls there in the new layout. */
  function turnToPaper(now: State): ((to: Layout) => void) | null {
    const paper = context.paper();
    const { queries, keys } = tables(now);
    const rows = Math.max(queries.label.length, keys.label.length);
    stage.style.height = paper ? `${paperHeight(directionOf(now, queries), rows)}px` : "";
    if (paper === (screen !== null)) return null;
    const first = prepared?.queries.first ?? 0;
    const back = screen;
    screen = paper ? scroll() : null;
    return (to) => {
      const next = back ?? startOf(to, first);
      scroller.scrollTo(vertical() ? { top: next } : { left: next });
    };
  }

  function meansOf(now: State, ready: Prepared): Float32Array[] {
    ready.means ??= meanRows(ready.attention, now.heads, ready.queries);
    return ready.means;
  }

  /** Scrolls to a token that was pinned elsewhere or reached by keyboard. */
  function reveal(now: State, to: Layout): void {
    const wanted = now.hover !== null && now.hover !== pointed ? now.hover : now.token;
    const changed = now.hover !== pointed || now.token !== pinned;
    pointed = now.hover;
    pinned = now.token;
    if (!changed || wanted === null) return;
    const at = scroll();
    const next = revealed(to, wanted, at, extent());
    if (next !== at) scroller.scrollTo(vertical() ? { top: next } : { left: next });
  }

  function paint(now: State, to: Layout, ready: Prepared | null): void {
    const theme = context.theme();
    const [width, height] = [scroller.clientWidth, scroller.clientHeight];
    const { context: pen } = fitCanvas(canvas, width, height);
    const at = scroll();
    if (ready !== null && focus !== null) {
      const selected = focus.query !== null || focus.hoverKey !== null;
      const top = to.direction === "vertical" ? to.heading - 4 : 0;
      pen.save();
      pen.beginPath();
      pen.rect(0, top, width, height);
      pen.clip();
      pen.drawImage(selected ? pictures.ghost() : pictures.rest(), 0, 0, width, height);
      pen.translate(vertical() ? 0 : -at, vertical() ? -at : 0);
      if (selected) paintSelected(pen, now, to, ready, focus);
      pen.restore();
    }
    const found = { queries: new Set<number>(), keys: new Set<number>() };
    const { queries, keys } = tables(now);
    if (now.find !== "") {
      found.queries = new Set(findTokens(queries, now.find));
      found.keys = new Set(findTokens(keys, now.find));
    }
    const chosen = { query: null, pinned: now.token, hover: null, hoverKey: null };
    const nothing = { ...chosen, lacks: null, missing: null, rows: [], queries: null, keys: null };
    const brush: Brush = {
      context: pen,
      theme,
      measure,
      lang: strings.lang,
      words: {
        query: sidesOf(now)?.queries ?? strings.query,
        key: sidesOf(now)?.keys ?? strings.key,
        mean: strings.mean,
        strongest: focus?.query == null ? strings.strongestMean : strings.strongest,
      },
      focus: focus ?? nothing,
      found,
      heads: now.heads,
    };
    if (to.direction === "vertical") paintVertical(brush, to, at, height);
    else paintHorizontal(brush, to, at);
  }

  function paintSelected(pen: Pen, now: State, to: Layout, ready: Prepared, chosen: Focus): void {
    const places = linePlaces(to, now.heads);
    const look = { theme: context.theme(), alpha: 1, width: null };
    const { query, hoverKey } = chosen;
    if (query === null) {
      paintLines(pen, ready.lines, places, look, (_, key) => key === hoverKey);
      return;
    }
    const own = { first: query, end: query + 1 };
    paintLines(pen, collectLines(ready.attention, now.heads, own, now.threshold), places, look);
  }

  /** The canvas' name follows the selection. */
  function name(now: State): void {
    const { queries } = tables(now);
    const pinned = now.token === null ? null : tokenText(queries, now.token).text;
    const text = strings.drawing(now.layer, now.heads, pinned);
    if (canvas.getAttribute("aria-label") !== text) canvas.setAttribute("aria-label", text);
  }

  /** Says what is going on while there is nothing to draw. */
  function say(now: State, to: Layout, ready: Prepared | null): void {
    name(now);
    message.place(to.direction === "vertical" ? to : null);
    const problem = context.problem(now);
    if (ready === null && problem !== null) {
      message.problem(problem);
    } else if (ready === null) {
      message.loading(strings.loading(now.layer));
    } else if (ready.lines.count > 0) {
      message.hide();
    } else if (ready.lines.largest === 0) {
      message.empty(strings.weightless);
    } else {
      const { largest } = ready.lines;
      // Rounded down, so that the weight named as largest is drawn.
      const threshold = Math.floor(largest * 1000) / 1000;
      message.empty(strings.empty(share(now.threshold), share(largest)), {
        name: strings.emptyRemedy(share(threshold)),
        act: () => store.set({ threshold }),
      });
    }
  }

  function tell(now: State, to: Layout, ready: Prepared, chosen: Focus): void {
    const found = tipOf(chosen, {
      ...tables(now),
      heads: now.heads,
      theme: context.theme(),
      strings,
      picture: context.source(now).trace.image,
    });
    if (found?.pair !== undefined) {
      const { query, key, weights } = found.pair;
      if (!pointerIn) table.speak(tables(now).keys, key, now.heads, weights);
      const { anchor, avoid } = overLines(
        onScreen(to, "key", key),
        onScreen(to, "query", query),
        vertical(),
      );
      tooltip.show(found.tip, anchor, avoid);
      return;
    }
    if (found === null || !pointerIn) {
      if (pointerIn || ready.lines.count === 0) tooltip.hide();
      return;
    }
    const anchor = onScreen(to, found.of, found.index);
    tooltip.show(found.tip, anchor, { x: anchor.x + (found.of === "key" ? -1 : 1), y: anchor.y });
  }

  /** The keys of the chosen query, strongest first: what one would look at next. */
  function stepKey(by: number): void {
    if (focus === null) return;
    const order = strongestKeys(focus.rows, MOST_STEPS).map(({ key }) => key);
    const now = store.get().hoverKey;
    const at = now === null ? -1 : order.indexOf(now);
    const hoverKey = order[Math.max(0, Math.min(order.length - 1, at + by))];
    if (hoverKey !== undefined) store.set({ hoverKey });
  }

  function onScreen(to: Layout, of: "query" | "key", index: number): DOMRect {
    const box = labelBox(to, of, index);
    const frame = scroller.getBoundingClientRect();
    const [x, y] = vertical() ? [0, scroll()] : [scroll(), 0];
    return new DOMRect(frame.x + box.x - x, frame.y + box.y - y, box.width, box.height);
  }

  followPointer(canvas, {
    hit(x, y) {
      const underHeading = layout?.direction === "vertical" && y < layout.heading - 4;
      if (layout === null || underHeading) return { query: null, key: null };
      return hit(layout, x + (vertical() ? 0 : scroll()), y + (vertical() ? scroll() : 0));
    },
    over({ query, key }) {
      pointerIn = true;
      pointed = query;
      store.set({ hover: query, hoverKey: key });
    },
    leave() {
      pointerIn = false;
      pointed = null;
      tooltip.hide();
      store.set({ hover: null, hoverKey: null });
    },
    pin(query) {
      pinned = query === store.get().token ? null : query;
      store.set({ token: pinned });
    },
  });
  /** Draws in the next frame, once, and lets the status line follow when the drawing comes to rest. */
  function soon(): void {
    if (waiting !== 0) return;
    waiting = requestAnimationFrame(() => {
      waiting = 0;
      draw();
      clearTimeout(rest);
      rest = setTimeout(() => element.dispatchEvent(new Event("settled", { bubbles: true })), REST);
    });
  }
  scroller.addEventListener("scroll", soon, { passive: true });

  return {
    element,
    update(next) {
      state = next;
      draw();
    },
    status() {
      if (prepared === null) return [];
      return state === null
        ? []
        : sentences(prepared, { ...tables(state), texts: choiceOf(state).texts }, context);
    },
    seen: () => prepared?.queries ?? null,
    complete: () => prepared?.complete ?? true,
    key({ key, shiftKey }) {
      const [back, forth] = vertical() ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
      if (shiftKey || (key !== back && key !== forth)) return false;
      stepKey(key === forth ? 1 : -1);
      return true;
    },
    destroy() {
      cancelAnimationFrame(waiting);
      clearTimeout(rest);
      message.hide();
      table.destroy();
      pictures.destroy();
      tooltip.hide();
    },
  };
};
