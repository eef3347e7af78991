/**
 * The neuron view: one query of one head, from its vectors to its weights.
 *
 * The canvas covers only what can be seen of the keys and sticks while its box scrolls. Everything it
 * shows is in a `Scene`, which is made anew where head, query or order change, and only repainted
 * while the pointer moves.
 */

import { type Tables, tablesOf } from "../../attention/source";
import { canvasMeasure } from "../../draw/labels";
import { fitCanvas } from "../../draw/surface";
import type { TokenTable } from "../../payload/schema";
import { loadedLayer } from "../../state/loaded";
import type { State } from "../../state/state";
import { completeLayers } from "../../text/coverage";
import { bound } from "../../text/number";
import { tokenText } from "../../text/tokens";
import { el } from "../../ui/dom";
import type { Context, View, ViewFactory } from "../view";
import { type Anatomy, createDissector } from "./anatomy";
import { createComposer } from "./compose";
import { createControls } from "./controls";
import { paint } from "./drawing";
import { contentHeight, HEADER, hit } from "./layout";
import { moveNeurons } from "./motion";
import type { Scene } from "./scene";
import { printedRows, queryOf, rowOf, rowsOf } from "./selection";
import { carried, sentences } from "./sentences";
import { stepsTable } from "./table";
import { besideRow, neuronTip } from "./tip";

/** A key below this is written in lighter ink, however low the threshold for lines is. */
const CONCERNED = 0.03;
/** Figures reach a little beyond their own width, and the last column ends at the edge. */
const EDGE = 2;
/** A layer that takes less time than this to load leaves no trace on the screen. */
const PATIENCE = 400;
/** A table is built only when the selection has rested for so many milliseconds. */
const TABLE_DELAY = 250;

export const neuronView: ViewFactory = (context: Context): View => {
  const words = context.strings.neuron;
  const canvas = el("canvas", { "aria-hidden": "true" });
  const sizer = el("div", {}, canvas);
  const box = el(
    "div",
    { class: "neuron-box", tabindex: 0, role: "application", "data-keys": true },
    sizer,
  );
  const message = el("p", { class: "neuron-message", hidden: true });
  const spoken = el("p", { class: "visually-hidden", "aria-live": "polite" });
  // A table ignores a height of one pixel, so the box around it is what hides it.
  const table = el("div", { class: "visually-hidden" });
  const controls = createControls(words, {
    step,
    order: (neurons) => context.store.set({ neurons }),
    rows: (rows) => {
      box.scrollTop = 0;
      context.store.set({ rows });
    },
  });
  const element = el(
    "section",
    { class: "neuron-view" },
    controls.element,
    box,
    message,
    spoken,
    table,
  );
  const ruler = el("canvas").getContext("2d") as CanvasRenderingContext2D;
  const compose = createComposer(canvasMeasure(ruler));
  const dissect = createDissector();

  let state: State | null = null;
  let scene: Scene | null = null;
  let said: string[] = [];
  const moves = matchMedia("(prefers-reduced-motion: no-preference)");
  let stopMoving = (): void => {};
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let tableTimer: ReturnType<typeof setTimeout> | undefined;
  /** What the table shows, so that hovering does not build it again. */
  let tabled = "";

  const tables = (now: State): Tables => tablesOf(context.source(now), now.kind);

  function step(by: number): void {
    if (state === null) return;
    const { queries } = tables(state);
    const next = queryOf(context.store.get().token, queries) + by;
    if (next >= 0 && next < queries.label.length) context.store.set({ token: next });
  }

  /** The same once the loading has lasted long enough to be noticed. */
  function wait(text: string): void {
    if (waiting !== undefined) return;
    say("");
    waiting = setTimeout(() => say(text), PATIENCE);
  }

  /** A sentence in place of the drawing. */
  function say(text: string): void {
    scene = null;
    clearTimeout(waiting);
    waiting = undefined;
    said = [];
    message.textContent = text;
    message.hidden = false;
    box.hidden = true;
    table.replaceChildren();
    tabled = "";
  }

  /** Why there are no vectors. */
  function without(now: State): string {
    const group = context.source(now).group(now.kind);
    const whole = group.layers[now.layer]?.strongest === null;
    return whole ? words.noVectors : words.incomplete(now.layer, completeLayers(group));
  }

  function update(now: State): void {
    state = now;
    const { rows } = now;
    const { queries, keys } = tables(now);
    const query = queryOf(now.token, queries);
    const attention = loadedLayer(context.source(now), now);
    const parts = attention && dissect(attention, now.head, query);
    const chosen = parts ? rowsOf(parts.steps.weight, rows) : [];
    const shown = parts && context.paper() ? printedRows(parts.steps.weight, chosen) : chosen;
    const note = parts ? carried(parts, shown, words) : "";
    controls.update({ queries, query, order: now.neurons, rows, note });
    if (!attention || !parts) {
      const problem = context.problem(now);
      if (attention || problem !== null) say(problem ?? without(now));
      else wait(words.loading(now.layer));
      return;
    }
    clearTimeout(waiting);
    waiting = undefined;
    message.hidden = true;
    box.hidden = false;
    if (box.clientWidth === 0) return;
    const before = scene;
    scene = {
      ...compose({
        anatomy: parts,
        layer: attention.layer,
        queries,
        keys,
        query,
        rows: shown,
        order: now.neurons,
        room: { width: box.clientWidth - EDGE, height: roomFor(shown.length) },
      }),
      head: now.head,
      theme: context.theme(),
      words,
      lang: context.strings.lang,
      threshold: Math.max(now.threshold, CONCERNED),
      row: rowOf(now.hoverKey, shown),
      neuron: scene?.neuron ?? null,
      scroll: box.scrollTop,
      height: 0,
    };
    said = sentences(attention.layer, now.head, parts, words.status);
    said.push(context.strings.precision("vectors", bound(attention.layer.error)));
    draw();
    const left = rows === "all" ? parts.steps.weight.length - shown.length : 0;
    if (left > 0) said.unshift(context.strings.printedKeys(shown.length, left + shown.length));
    if (
      before?.anatomy === parts &&
      before.neurons.join() !== scene.neurons.join() &&
      moves.matches
    )
      stopMoving = moveNeurons(canvas, scene, before.neurons, draw);
    tell(now, parts, queries, keys, query, attention.layer.softcap !== null);
  }

  /** Height of the box where the page gives it one; a box that grows with its rows shows them all. */
  function roomFor(count: number): number {
    sizer.style.height = `${HEADER.rows + 20 * count}px`;
    return box.clientHeight;
  }

  function draw(): void {
    stopMoving();
    if (scene === null) return;
    const width = scene.layout.width + EDGE;
    sizer.style.width = `${width}px`;
    sizer.style.height = `${contentHeight(scene.tops)}px`;
    scene.height = Math.min(box.clientHeight, contentHeight(scene.tops));
    scene.scroll = box.scrollTop;
    const { context: surface, ratio } = fitCanvas(canvas, width, scene.height);
    paint(surface, ratio, scene);
  }

  /** The same for the ear: name of the drawing at once, the table when the selection rests. */
  function tell(
    now: State,
    parts: Anatomy,
    queries: TokenTable,
    keys: TokenTable,
    query: number,
    softcap: boolean,
  ): void {
    const token = tokenText(queries, query).text;
    const wanted = [now.trace, now.kind, now.layer, now.head, query, now.rows].join(":");
    if (tabled === wanted) return;
    tabled = wanted;
    const name = words.drawing(now.layer, now.head, token);
    box.setAttribute("aria-label", name);
    clearTimeout(tableTimer);
    tableTimer = setTimeout(() => {
      if (scene === null) return;
      const caption = words.table.caption(token, now.layer, now.head);
      table.replaceChildren(stepsTable(parts, scene.rows, keys, caption, softcap, words.table));
    }, TABLE_DELAY);
  }

  function point(
    row: number | null,
    neuron: number | null,
    anchor: { x: number; y: number },
  ): void {
    if (scene === null || state === null) return;
    if (row === null && neuron === null) context.tooltip.hide();
    else {
      const { queries, keys } = tables(state);
      const tip = neuronTip(
        {
          anatomy: scene.anatomy,
          scale: scene.layer.scale,
          softcap: scene.layer.softcap,
          queries,
          keys,
          query: queryOf(state.token, queries),
          key: row === null ? null : (scene.rows[row] as number),
          neuron: neuron === null ? null : (scene.neurons[neuron] as number),
        },
        words,
      );
      const place = besideRow(anchor, row === null ? null : ends(row), window.innerHeight);
      context.tooltip.show(tip, place.anchor, place.avoid);
    }
    if (row === scene.row && neuron === scene.neuron) return;
    const moved = row !== scene.row;
    scene.row = row;
    scene.neuron = neuron;
    draw();
    if (moved) context.store.set({ hoverKey: row === null ? null : (scene.rows[row] as number) });
  }

  /** Of a row, in the window. */
  function ends(row: number): { top: number; bottom: number } {
    const at = (place: number): number => (scene?.tops[place] as number) - box.scrollTop;
    const top = canvas.getBoundingClientRect().top + HEADER.rows;
    return { top: top + at(row), bottom: top + at(row + 1) };
  }

  box.addEventListener("scroll", draw);
  canvas.addEventListener("pointermove", (event) => {
    if (scene === null) return;
    const at = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - at.left, event.clientY - at.top];
    const { row, neuron } = hit(scene.layout, scene.tops, scene.scroll, x, y);
    point(row, neuron, { x: event.clientX, y: event.clientY });
  });
  canvas.addEventListener("pointerleave", () => point(null, null, { x: 0, y: 0 }));
  /** Left and right change the query, up and down the key; true where the key was one of these. */
  function onKey(event: KeyboardEvent): boolean {
    if (scene === null || event.shiftKey) return false;
    const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (across !== undefined) step(across);
    if (down !== undefined) moveTo((scene.row ?? (down > 0 ? -1 : 0)) + down);
    return across !== undefined || down !== undefined;
  }

  /** The keyboard's cursor goes to a row, which scrolls into sight. */
  function moveTo(wanted: number): void {
    if (scene === null) return;
    const row = Math.max(0, Math.min(scene.rows.length - 1, wanted));
    const [top, end] = [scene.tops[row] as number, scene.tops[row + 1] as number];
    const room = box.clientHeight - HEADER.rows;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (end > box.scrollTop + room) box.scrollTop = end - room;
    const at = canvas.getBoundingClientRect();
    point(row, null, { x: at.left + scene.layout.k.x, y: ends(row).top });
    if (state === null) return;
    const key = scene.rows[row] as number;
    const weight = (scene.anatomy.steps.weight[key] as number).toFixed(3);
    spoken.textContent = `${tokenText(tables(state).keys, key).text} ${weight}`;
  }

  return {
    element,
    update,
    status: () => said,
    key: onKey,
    destroy() {
      stopMoving();
      clearTimeout(tableTimer);
      clearTimeout(waiting);
      context.tooltip.hide();
    },
  };
};
