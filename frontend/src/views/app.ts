/**
 * The whole page: it owns the state, the frame around the views, and the order in which things are
 * drawn after a change.
 */

import type { TraceSource } from "../attention/source";
import { traceSource } from "../attention/trace";
import { type Choice, members, unitOf, unitSource } from "../attention/units";
import { theme as themeOf } from "../draw/colour";
import { type ChunkReader, checkSchema } from "../payload/decode";
import type { Group, Payload, TokenTable } from "../payload/schema";
import { formatAddress, readAddress, writeAddress } from "../state/address";
import { fitToTrace, fitted, type Wish } from "../state/initial";
import type { PaneName, State } from "../state/state";
import { createStore } from "../state/store";
import { coverageSentences } from "../text/coverage";
import { strings as stringsOf } from "../text/strings";
import { findTokens } from "../text/tokens";
import { soloed, toggled } from "../ui/chips";
import { controls as makeControls } from "../ui/controls";
import { el, icon } from "../ui/dom";
import { findField, nextMatch } from "../ui/find";
import { header as makeHeader } from "../ui/header";
import { ICONS } from "../ui/icons";
import { listenForKeys } from "../ui/keyboard";
import { paneBar } from "../ui/panebar";
import { statusLine } from "../ui/status";
import { massHistogram, thresholdSlider } from "../ui/threshold";
import { createTooltip } from "../ui/tooltip";
import { directionOf, headView } from "./head/index";
import { modelView } from "./model/index";
import { neuronView } from "./neuron/index";
import type { Context, View } from "./view";

const PANES: Record<Payload["view"], readonly PaneName[]> = {
  head: ["head"],
  model: ["head"],
  neuron: ["neuron"],
  explore: ["head", "neuron"],
};

/** Milliseconds from a drawing to the histogram beside it. */
const COUNT_AFTER = 60;

export interface App {
  /** Resolves once the first drawing is complete. */
  ready: Promise<void>;
  destroy(): void;
}

export function createApp(root: HTMLElement, payload: Payload, read: ChunkReader): App {
  checkSchema(payload);
  const strings = stringsOf(payload.lang);
  const tokens = payload.traces.map((trace) => traceSource(trace, read));
  const units = new Map<string, TraceSource>();
  const opening = fitted(payload, payload.initial);
  const store = createStore(fitted(payload, { ...payload.initial, ...readAddress() }));
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = () => themeOf(dark.matches);
  /** The trace that the state names, by the units that it names. Neurons belong to tokens. */
  function source(state: State): TraceSource {
    const base = tokens[state.trace] as TraceSource;
    if (state.by === "token") return base;
    const name = `${state.trace} ${state.by} ${state.content}`;
    let found = units.get(name);
    if (found === undefined) {
      found = unitSource(base, state);
      units.set(name, found);
    }
    return found;
  }
  const groupOf = (state: State): Group => source(state).group(state.kind);
  const queriesOf = (state: State): TokenTable =>
    source(state).trace.tokens[groupOf(state).queries] as TokenTable;
  const headsOf = (state: State): number => groupOf(state).layers[state.layer]?.heads ?? 0;

  const tooltip = createTooltip();
  const context: Context = { payload, store, strings, tooltip, theme, source };
  const panes = PANES[payload.view];
  const model = payload.view === "model" || payload.view === "explore" ? modelView(context) : null;
  const views: Record<PaneName, View | null> = {
    head: panes.includes("head") ? headView(context) : null,
    neuron: panes.includes("neuron") ? neuronView(context) : null,
  };

  /** Changes the selection and lets it fit what the page carries. */
  function wish(change: Wish): void {
    const state = { ...store.get(), ...change };
    const trace = payload.traces[state.trace];
    if (trace !== undefined) store.set({ trace: state.trace, ...fitToTrace(trace, state) });
  }
  /** Other units: what was pinned stays pinned, as the unit that it is part of. */
  function regroup(change: Partial<Choice> & Partial<State>): void {
    const state = store.get();
    const next = { ...state, ...change };
    const table = (tokens[state.trace] as TraceSource).trace.tokens[groupOf(state).queries];
    const pinned =
      table === undefined || state.token === null
        ? undefined
        : members(table, state)[state.token]?.[0];
    const token = table === undefined || pinned === undefined ? null : unitOf(table, next, pinned);
    store.set({ ...change, token, hover: null, hoverKey: null });
  }
  const toggle = (head: number): void => {
    const state = store.get();
    if (state.pane === "neuron") store.set({ head });
    else {
      const heads = toggled(state.heads, head);
      store.set({ heads, head: heads.includes(head) ? head : (heads[0] as number) });
    }
  };
  const solo = (head: number): void => {
    const state = store.get();
    if (state.pane === "head")
      store.set({ head, heads: soloed(state.heads, head, headsOf(state)) });
  };
  const stepLayer = (by: number): void => wish({ layer: store.get().layer + by });
  const go = (back: boolean): void => {
    const state = store.get();
    const token = nextMatch(findTokens(queriesOf(state), state.find), state.token, back);
    if (token !== null) store.set({ token });
  };

  const header = makeHeader(payload, strings, (trace) => wish({ trace, token: null }));
  const slider = thresholdSlider(
    { label: strings.linesFrom, meaning: strings.linesFromMeaning },
    (threshold) => store.set({ threshold }),
  );
  const find = findField(strings, { look: (text) => store.set({ find: text }), go });
  const controls = makeControls(
    strings,
    { threshold: slider, find },
    {
      kind: (kind) => wish({ kind, token: null }),
      by: (by) => regroup({ by }),
      content: (content) => regroup({ content }),
    },
  );
  const bar = paneBar(strings, panes, payload.inline, {
    pane: (pane) => (pane === "neuron" ? regroup({ pane, by: "token" }) : store.set({ pane })),
    layer: stepLayer,
    toggle,
    solo,
    orientation: (orientation) => store.set({ orientation }),
  });
  const status = statusLine(payload.inline ? null : strings.offline);

  const chosen = el("div", { class: "pane chosen" }, payload.inline ? null : bar.element);
  for (const view of Object.values(views)) if (view !== null) chosen.append(view.element);
  const body = el("div", { class: "body" });
  if (model !== null) body.append(foldable(model.element));
  body.append(chosen);
  if (payload.inline) header.element.append(bar.element);
  root.replaceChildren(
    ...[header.element, payload.inline ? null : controls.element, body, status.element].filter(
      (part) => part !== null,
    ),
  );
  root.append(tooltip.element);
  root.classList.add("attnviz");
  root.classList.toggle("inline", payload.inline);
  root.classList.toggle("alone", model === null);
  root.lang = strings.lang;

  function foldable(element: HTMLElement): HTMLElement {
    const button = el(
      "button",
      { type: "button", class: "fold", title: strings.fold },
      icon(ICONS.fold),
    );
    const pane = el("div", { class: "pane model" }, button, element);
    button.addEventListener("click", () => {
      const folded = pane.classList.toggle("folded");
      button.title = folded ? strings.unfold : strings.fold;
      refresh();
    });
    return pane;
  }

  /** It looks at as many rows as the drawing itself, so it comes after it; until then the last one stays. */
  let histogram: { name: string; bins: Float64Array } | null = null;
  let counting: ReturnType<typeof setTimeout> | undefined;

  function bins(state: State): Float64Array | null {
    const attention = source(state).loaded(state.kind, state.layer);
    if (attention === undefined) return null;
    const name = `${state.trace} ${state.kind} ${state.by} ${state.content} ${state.layer} ${state.heads.join()}`;
    if (histogram?.name !== name) {
      clearTimeout(counting);
      counting = setTimeout(() => {
        histogram = { name, bins: massHistogram(attention, state.heads) };
        showThreshold(store.get(), histogram.bins);
      }, COUNT_AFTER);
    }
    return histogram?.bins ?? null;
  }

  function showThreshold(state: State, counted: Float64Array | null): void {
    const below = groupOf(state).layers[state.layer]?.strongest?.below ?? 0;
    slider.update(state.threshold, counted, below, theme());
  }

  /** Draws everything as the state says; called after changes of state, size and theme, and when a
   *  layer has been loaded. */
  function refresh(): void {
    const state = store.get();
    const group = groupOf(state);
    const queries = queriesOf(state);
    const now = theme();
    header.update(state, (tokens[state.trace] as TraceSource).trace, group);
    controls.update(state, source(state).trace);
    bar.update(state, {
      layers: group.layers.length,
      heads: headsOf(state),
      direction: directionOf(state, queries),
      theme: now,
    });
    find.update(state.find, findTokens(queries, state.find), state.token);
    for (const [name, view] of Object.entries(views)) {
      if (view === null) continue;
      view.element.hidden = name !== state.pane;
      if (name === state.pane) view.update(state);
    }
    model?.update(state);
    showThreshold(state, bins(state));
    status.update([
      ...coverageSentences(group, state.layer, state.by, strings),
      ...(views[state.pane]?.status() ?? []),
      ...(payload.inline ? [] : (model?.status() ?? [])),
      ...(state.by === "word" ? [strings.finders(finders(queries))] : []),
      ...source(state).trace.notes,
    ]);
    writeAddress(formatAddress(state, opening));
    mark(state);
  }

  function finders(table: TokenTable): string {
    return table.finders
      .map((name) => (name === "characters" ? strings.characters : name))
      .join(", ");
  }

  /** What tests and other scripts may read off the page. */
  function mark(state: State): void {
    const { dataset } = root;
    dataset.view = payload.view;
    dataset.trace = String(state.trace);
    dataset.kind = state.kind;
    dataset.by = state.by;
    dataset.layer = String(state.layer);
    dataset.loaded = String(source(state).loaded(state.kind, state.layer) !== undefined);
    dataset.heads = state.heads.join(",");
    dataset.head = String(state.head);
    dataset.token = state.token === null ? "" : String(state.token);
    dataset.hover = state.hover === null ? "" : String(state.hover);
    dataset.hoverKey = state.hoverKey === null ? "" : String(state.hoverKey);
    dataset.threshold = String(state.threshold);
    dataset.neurons = state.neurons;
    dataset.pane = state.pane;
    dataset.drawnLines = views.head?.element.dataset.drawnLines ?? "";
  }

  /** Loads what the state needs, then draws again. */
  async function load(state: State): Promise<void> {
    const wanted = source(state);
    if (wanted.loaded(state.kind, state.layer) === undefined) {
      await wanted.layer(state.kind, state.layer);
    }
    if (model !== null) await wanted.overview(state.kind);
  }

  function fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    status.update([strings.failed(message)]);
    document.documentElement.dataset.attnviz = "error";
  }

  const unsubscribe = store.subscribe((state) => {
    const missing = source(state).loaded(state.kind, state.layer) === undefined;
    refresh();
    if (missing) load(state).then(refresh, fail);
  });
  const stopKeys = listenForKeys(root, {
    store,
    sizes: (state) => ({
      queries: queriesOf(state).label.length,
      keys: source(state).trace.tokens[groupOf(state).keys]?.label.length ?? 0,
      layers: groupOf(state).layers.length,
      heads: headsOf(state),
    }),
    toggle,
    layer: stepLayer,
    find: () => find.focus(),
    go,
  });
  const sized = new ResizeObserver(() => refresh());
  sized.observe(root);
  // The status line takes room from the views when it grows.
  sized.observe(body);
  dark.addEventListener("change", refresh);

  refresh();
  const ready = load(store.get()).then(() => {
    refresh();
    return new Promise<void>((done) => requestAnimationFrame(() => done()));
  });
  ready.catch(fail);

  return {
    ready,
    destroy() {
      clearTimeout(counting);
      unsubscribe();
      stopKeys();
      sized.disconnect();
      dark.removeEventListener("change", refresh);
      for (const view of [model, ...Object.values(views)]) view?.destroy();
      tooltip.destroy();
      root.replaceChildren();
    },
  };
}
