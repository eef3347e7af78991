/**
 * The whole page: it owns the state, the frame around the views, and the order in which things are
 * drawn after a change.
 */

import { type Choice, choiceName, EVERYTHING, formatTexts } from "../attention/choice";
import { type ChosenSource, chosenSource } from "../attention/chosen";
import { isImageAlone } from "../attention/patches";
import type { Mass } from "../attention/shares";
import type { TraceSource } from "../attention/source";
import { traceSource } from "../attention/trace";
import { originOf, sidesOf } from "../attention/units";
import { theme as themeOf } from "../draw/colour";
import { type ChunkReader, checkSchema } from "../payload/decode";
import type { Group, Kind, Payload, TokenTable } from "../payload/schema";
import { formatAddress, onAddress, readAddress, writeAddress } from "../state/address";
import { fitToTrace, fitted, placeOf, type Wish } from "../state/initial";
import { choiceOf, type PaneName, type State } from "../state/state";
import { createStore } from "../state/store";
import { chosenSentences } from "../text/choice";
import { coverageSentences } from "../text/coverage";
import type { Part, Topic } from "../text/help";
import { strings as stringsOf } from "../text/strings";
import { findTokens } from "../text/tokens";
import { createBubbles } from "../ui/bubble";
import { soloed, toggled } from "../ui/chips";
import { controls as makeControls } from "../ui/controls";
import { el, icon, setAttributes } from "../ui/dom";
import { exportMenu } from "../ui/export";
import { findField, nextMatch } from "../ui/find";
import { header as makeHeader } from "../ui/header";
import { ICONS } from "../ui/icons";
import { listenForKeys } from "../ui/keyboard";
import { paneBar } from "../ui/panebar";
import { onPrinting } from "../ui/printing";
import { createSheet } from "../ui/sheet";
import { statusLine } from "../ui/status";
import { massHistogram, thresholdSlider } from "../ui/threshold";
import { createTooltip } from "../ui/tooltip";
import { pageActions } from "./actions";
import { createExporter } from "./export";
import { directionOf } from "./head/geometry";
import { headView } from "./head/index";
import { modelView } from "./model/index";
import { neuronView } from "./neuron/index";
import { textView } from "./text/index";
import type { Context, View } from "./view";

const PANES: Record<Payload["view"], readonly PaneName[]> = {
  head: ["head"],
  model: ["head"],
  neuron: ["neuron"],
  text: ["text"],
  explore: ["head", "neuron", "text"],
};

/** The views of a page that the sheet explains, and the parts whose keys it names. */
function topicsOf({ view }: Payload): Topic[] {
  return [...(hasModel(view) ? (["model"] as const) : []), ...PANES[view]];
}

function partsOf(payload: Payload): Set<Part> {
  const parts = new Set<Part>(topicsOf(payload).filter((topic) => topic !== "text"));
  if (PANES[payload.view].length > 1) parts.add("panes");
  if (payload.traces.length > 1) parts.add("texts");
  if (payload.traces.some((trace) => trace.groups.length > 1)) parts.add("kinds");
  return parts;
}

/** Whether queries and keys came with any layer, which the neuron view takes apart. */
function hasVectors(group: Group): boolean {
  return group.layers.some((layer) => layer.q !== null);
}

function hasModel(view: Payload["view"]): boolean {
  return view === "model" || view === "explore";
}

export interface App {
  /** Resolves once the first drawing is complete. */
  ready: Promise<void>;
  destroy(): void;
}

export function createApp(root: HTMLElement, payload: Payload, read: ChunkReader): App {
  checkSchema(payload);
  const strings = stringsOf(payload.lang);
  const tokens = payload.traces.map((trace) => traceSource(trace, read));
  const choices = new Map<string, ChosenSource>();
  const opening = fitted(payload, payload.initial);
  const store = createStore(fitted(payload, { ...payload.initial, ...readAddress() }));
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let printing = false;
  /** Ink on paper, whatever the screen. */
  const theme = () => themeOf(dark.matches && !printing);
  /** A notebook prints its frames as large as they are. */
  const paper = (): boolean => printing && !payload.inline;
  const whole = (state: State): TraceSource => tokens[state.trace] as TraceSource;
  /** The trace that the state names, as it is chosen to be seen; null where that is as it is. */
  function choice(state: State): ChosenSource | null {
    const wanted = choiceOf(state);
    if (choiceName(wanted) === choiceName(EVERYTHING)) return null;
    const name = `${state.trace} ${choiceName(wanted)}`;
    let found = choices.get(name);
    if (found === undefined) {
      found = chosenSource(whole(state), wanted);
      choices.set(name, found);
    }
    return found;
  }
  const source = (state: State): TraceSource => choice(state) ?? whole(state);
  const groupOf = (state: State): Group => source(state).group(state.kind);
  const queriesOf = (state: State): TokenTable =>
    source(state).trace.tokens[groupOf(state).queries] as TokenTable;
  function wholeTables(state: State): { queries: TokenTable; keys: TokenTable } {
    const { queries, keys } = whole(state).group(state.kind);
    const at = (table: number): TokenTable => whole(state).trace.tokens[table] as TokenTable;
    return { queries: at(queries), keys: at(keys) };
  }
  const headsOf = (state: State): number => groupOf(state).layers[state.layer]?.heads ?? 0;

  const tooltip = createTooltip();
  const bubbles = createBubbles();
  /** What could not be loaded, by text, kind and layer. */
  const problems = new Map<string, string>();
  const nameOf = ({ trace, kind, layer }: State): string => `${trace} ${kind} ${layer}`;
  const problem = (state: State): string | null => problems.get(nameOf(state)) ?? null;
  const context: Context = {
    payload,
    store,
    strings,
    tooltip,
    bubbles,
    theme,
    paper,
    problem,
    source,
  };
  const panes = PANES[payload.view];
  const model = hasModel(payload.view) ? modelView(context) : null;
  const views: Record<PaneName, View | null> = {
    head: panes.includes("head") ? headView(context) : null,
    neuron: panes.includes("neuron") ? neuronView(context) : null,
    text: panes.includes("text") ? textView(context) : null,
  };

  /** Changes the selection and lets it fit what the page carries. */
  function wish(change: Wish): void {
    const now = store.get();
    const state = { ...now, ...pinned(now), ...change };
    const trace = payload.traces[state.trace];
    if (trace !== undefined) store.set({ trace: state.trace, ...fitToTrace(trace, state) });
  }
  /** The numbers of what is pinned among all units, hidden ones counted. */
  function pinned(state: State): Pick<State, "token" | "key"> {
    const { trace } = source(state);
    const number = (table: number, place: number | null): number | null =>
      place === null ? null : (originOf(trace.tokens[table] as TokenTable).place[place] ?? null);
    const { queries, keys } = groupOf(state);
    return { token: number(queries, state.token), key: number(keys, state.key) };
  }
  /** Another choice: what was pinned stays pinned, as the unit that it is part of, while that is shown. */
  function choose(change: Partial<Choice> & Pick<Partial<State>, "pane">): void {
    const state = store.get();
    const next = choiceOf({ ...state, ...change });
    const { trace } = whole(state);
    const group = whole(state).group(state.kind);
    const own = sidesOf(trace.tokens, group, choiceOf(state)).queries.units[state.token ?? -1];
    const all = sidesOf(trace.tokens, group, { ...next, hide: [], texts: null }).queries;
    const unit = all.units.findIndex(
      (unit) => own !== undefined && unit.includes(own[0] as number),
    );
    const token = placeOf(sidesOf(trace.tokens, group, next).queries, unit);
    store.set({ ...change, token, key: null, hover: null, hoverKey: null });
  }
  const toggle = (head: number): void => {
    const state = store.get();
    if (state.pane === "text") store.set({ head, over: "head" });
    else if (state.pane === "neuron") store.set({ head });
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

  const elsewhere = { token: null, key: null, texts: null };
  const chooseText = (trace: number): void => wish({ trace, ...elsewhere });
  const chooseKind = (kind: Kind): void => wish({ kind, ...elsewhere });
  const choosePane = (pane: PaneName): void => {
    if (pane !== "neuron" || hasVectors(groupOf(store.get()))) choose({ pane });
  };

  const shortcuts = { on: true };
  const sheet = createSheet(
    strings.guide,
    { topics: topicsOf(payload), parts: partsOf(payload) },
    shortcuts,
  );
  const help = (): void => sheet.show(theme());
  const figures = exportMenu(strings, createExporter(context, views));
  const header = makeHeader(payload, strings, figures, { text: chooseText, help });
  const slider = thresholdSlider(
    { label: strings.linesFrom, meaning: strings.linesFromMeaning },
    (threshold) => store.set({ threshold }),
  );
  const find = findField(strings, { look: (text) => store.set({ find: text }), go });
  const controls = makeControls(
    strings,
    { threshold: slider, find },
    {
      kind: chooseKind,
      by: (by) => choose({ by }),
      texts: (texts) => choose({ texts }),
      hide: (hide) => choose({ hide }),
    },
    payload.view === "neuron",
  );
  const images = payload.traces.every((trace) => trace.tokens.every(isImageAlone));
  const names = images ? { ...strings.panes, text: strings.textView.imageView } : strings.panes;
  const bar = paneBar(strings, panes, names, payload.inline ? null : bubbles, {
    pane: choosePane,
    layer: stepLayer,
    over: (over) => store.set({ over }),
    toward: (toward) => store.set({ toward }),
    toggle,
    solo,
    orientation: (orientation) => store.set({ orientation }),
  });
  const status = statusLine(payload.inline ? null : strings.offline);

  /** Folds and unfolds the model view; null on pages without one. */
  let fold: (() => void) | null = null;

  const chosen = el("section", { class: "pane chosen" }, payload.inline ? null : bar.element);
  for (const view of Object.values(views)) if (view !== null) chosen.append(view.element);
  const body = el("main", { class: "body" });
  const printed = el("p", { class: "print-title" });
  if (model !== null) body.append(foldable(model.element));
  body.append(chosen);
  if (payload.inline) header.element.insertBefore(bar.element, header.end);
  root.replaceChildren(
    ...[
      header.element,
      printed,
      payload.inline ? null : controls.element,
      body,
      status.element,
    ].filter((part) => part !== null),
  );
  root.append(tooltip.element, bubbles.element, sheet.element);
  root.classList.add("attnviz");
  root.classList.toggle("inline", payload.inline);
  root.classList.toggle("alone", model === null);
  root.lang = strings.lang;

  function foldable(element: HTMLElement): HTMLElement {
    const button = el("button", { type: "button", class: "fold" }, icon(ICONS.fold));
    const label = strings.model.title;
    const pane = el("section", { class: "pane model", "aria-label": label }, button, element);
    const name = (folded: boolean): void =>
      setAttributes(button, {
        title: folded ? strings.unfold : strings.fold,
        "aria-label": folded ? strings.unfold : strings.fold,
        "aria-expanded": String(!folded),
      });
    name(false);
    fold = () => {
      // Where both panes stand side by side there is nothing to fold.
      if (button.offsetParent === null) return;
      name(pane.classList.toggle("folded"));
      refresh();
    };
    button.addEventListener("click", fold);
    return pane;
  }

  let said: { name: string; mass: Mass | null } | null = null;

  /** What the choice takes out of view, in the heads that are shown. */
  function massOut(state: State): Mass | null {
    const { hide, texts } = choiceOf(state);
    if (hide.length === 0 && texts === null) return null;
    const heads = state.heads.join();
    const name = `${state.trace} ${state.kind} ${choiceName(state)} ${state.layer} ${heads}`;
    if (said?.name !== name || said.mass === null) {
      const mass = choice(state)?.mass(state.kind, state.layer, state.heads) ?? null;
      said = { name, mass };
    }
    return said.mass;
  }

  let histogram: { name: string; bins: Float64Array } | null = null;

  function bins(state: State): Float64Array | null {
    const attention = source(state).loaded(state.kind, state.layer);
    if (attention === undefined) return null;
    const name = `${state.trace} ${state.kind} ${choiceName(choiceOf(state))} ${state.layer} ${state.heads.join()}`;
    if (histogram?.name !== name) histogram = { name, bins: massHistogram(attention, state.heads) };
    return histogram.bins;
  }

  /** Draws everything as the state says; called after changes of state, size and theme, and when a
   *  layer has been loaded. */
  function refresh(): void {
    const state = store.get();
    const group = groupOf(state);
    const queries = queriesOf(state);
    const now = theme();
    header.update(state, whole(state).trace, whole(state).group(state.kind));
    controls.update(state, whole(state).trace);
    bar.update(state, {
      layers: group.layers.length,
      heads: headsOf(state),
      direction: directionOf(state, queries),
      theme: now,
      noRollout:
        typeof group.rollout === "string" ? strings.textView.noRollout[group.rollout] : null,
      lacks: (pane) => (pane === "neuron" && !hasVectors(group) ? strings.neuron.noVectors : null),
    });
    chosen.setAttribute("aria-label", names[state.pane]);
    printed.textContent = printLine(state);
    find.update(state.find, findTokens(queries, state.find), state.token);
    for (const [name, view] of Object.entries(views)) {
      if (view === null) continue;
      view.element.hidden = name !== state.pane;
      if (name === state.pane) view.update(state);
    }
    model?.update(state);
    slider.update(
      state.threshold,
      state.pane === "head" ? bins(state) : null,
      group.layers[state.layer]?.strongest?.below ?? 0,
      now,
    );
    tellStatus(state, group, queries);
    writeAddress(formatAddress({ ...state, ...pinned(state) }, opening));
    mark(state);
  }

  function tellStatus(state: State, group: Group, queries: TokenTable): void {
    const failed = problem(state);
    status.update([
      ...(failed === null ? [] : [failed]),
      ...coverageSentences(group, state.layer, state.by, strings),
      ...(views[state.pane]?.status() ?? []),
      ...(payload.inline ? [] : (model?.status() ?? [])),
      ...chosenSentences(strings.choice, {
        choice: choiceOf(state),
        tables: wholeTables(state),
        sinks: group.sinks,
        refused: choice(state)?.refused(state.kind) ?? [],
        mass: massOut(state),
      }),
      ...(choiceOf(state).by === "word" && !isImageAlone(queries)
        ? [strings.finders(finders(queries))]
        : []),
      ...source(state).trace.notes,
    ]);
  }

  /** What paper cannot be asked: which text, layer and heads these are. */
  function printLine(state: State): string {
    const heads = state.pane === "neuron" ? [state.head] : state.heads;
    return [
      payload.traces[state.trace]?.title ?? "",
      strings.kinds[state.kind],
      `${strings.layer} ${state.layer}`,
      `${strings.head} ${heads.join(", ")}`,
    ].join(" · ");
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
    const { by, hide, texts } = choiceOf(state);
    dataset.by = by;
    dataset.hide = hide.join();
    dataset.texts = texts === null ? "" : formatTexts(texts);
    dataset.layer = String(state.layer);
    dataset.loaded = String(source(state).loaded(state.kind, state.layer) !== undefined);
    dataset.heads = state.heads.join(",");
    dataset.head = String(state.head);
    dataset.token = state.token === null ? "" : String(state.token);
    dataset.hover = state.hover === null ? "" : String(state.hover);
    dataset.hoverKey = state.hoverKey === null ? "" : String(state.hoverKey);
    dataset.threshold = String(state.threshold);
    dataset.neurons = state.neurons;
    dataset.rows = state.rows;
    dataset.orientation = state.orientation ?? "";
    dataset.find = state.find;
    dataset.pane = state.pane;
    dataset.over = state.over;
    dataset.toward = state.toward;
    dataset.key = state.key === null ? "" : String(state.key);
    dataset.drawnLines = views.head?.element.dataset.drawnLines ?? "";
  }

  const wantsRollout = (state: State): boolean => state.pane === "text" && state.over === "rollout";

  /** Whether all that the state shows has been loaded. */
  function isLoaded(state: State): boolean {
    const from = source(state);
    const rolled = !wantsRollout(state) || from.rolledOut(state.kind) !== undefined;
    return rolled && from.loaded(state.kind, state.layer) !== undefined;
  }

  /** Loads what the state needs, then draws again. */
  async function load(state: State): Promise<void> {
    const wanted = source(state);
    if (wanted.loaded(state.kind, state.layer) === undefined) {
      await wanted.layer(state.kind, state.layer);
    }
    if (wantsRollout(state)) await wanted.rollout(state.kind);
    if (model !== null) await wanted.overview(state.kind);
  }

  /** Says what failed where it would have been; the rest of the page stays alive. */
  function fail(state: State, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    problems.set(nameOf(state), strings.failed(message));
    document.documentElement.dataset.attnviz = "error";
    refresh();
  }

  let seen = source(store.get());
  const unsubscribe = store.subscribe((state, previous) => {
    const missing = !isLoaded(state);
    const other = seen !== source(state) || state.kind !== previous.kind;
    seen = source(state);
    refresh();
    // With another choice come other thumbnails, of which the status line has something to say.
    if ((missing && problem(state) === null) || (other && model !== null)) {
      load(state).then(refresh, (error: unknown) => fail(state, error));
    }
  });
  const stopKeys = listenForKeys(root, {
    store,
    sizes: (state) => ({
      queries: queriesOf(state).label.length,
      keys: source(state).trace.tokens[groupOf(state).keys]?.label.length ?? 0,
      heads: headsOf(state),
    }),
    toggle,
    act: pageActions({
      store,
      panes,
      texts: payload.traces.length,
      kinds: (state) => source(state).trace.groups.map((group) => group.kind),
      heads: headsOf,
      direction: (state) => directionOf(state, queriesOf(state)),
      pane: choosePane,
      layer: stepLayer,
      by: (by) => choose({ by }),
      kind: chooseKind,
      text: chooseText,
      find: () => find.focus(),
      go,
      fold: () => fold?.(),
      help,
    }),
    own: (event) => views[store.get().pane]?.key?.(event) ?? false,
    shortcuts,
  });
  // A view that was scrolled has other things in sight, though the state is the same.
  chosen.addEventListener("settled", () => {
    const state = store.get();
    tellStatus(state, groupOf(state), queriesOf(state));
    mark(state);
  });
  const stopAddress = onAddress(() =>
    store.set({ ...fitted(payload, { ...payload.initial, ...readAddress() }), hover: null }),
  );
  const sized = new ResizeObserver(() => refresh());
  sized.observe(root);
  // The status line takes room from the views when it grows.
  sized.observe(body);
  dark.addEventListener("change", refresh);
  const stopPrinting = onPrinting((now) => {
    printing = now;
    root.classList.toggle("printing", paper());
    refresh();
  });

  refresh();
  const ready = load(store.get()).then(() => {
    refresh();
    return new Promise<void>((done) => requestAnimationFrame(() => done()));
  });
  const first = store.get();
  ready.catch((error: unknown) => fail(first, error));

  return {
    ready,
    destroy() {
      unsubscribe();
      stopKeys();
      stopAddress();
      stopPrinting();
      sized.disconnect();
      dark.removeEventListener("change", refresh);
      for (const view of [model, ...Object.values(views)]) view?.destroy();
      tooltip.destroy();
      bubbles.destroy();
      root.replaceChildren();
    },
  };
}
