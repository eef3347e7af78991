/** What the shortcuts of the whole page do: the same as its controls, one step at a time. */

import { BY, type By } from "../attention/choice";
import type { Kind } from "../payload/schema";
import type { PaneName, State, Store } from "../state/state";
import type { Action } from "../ui/keyboard";
import { stepOf, weightAt } from "../ui/threshold";

/** Steps of the slider that one key press goes. */
const PRESS = 2;

export interface Page {
  store: Store;
  /** The views that have something to show. */
  panes(state: State): readonly PaneName[];
  texts: number;
  kinds(state: State): readonly Kind[];
  heads(state: State): number;
  direction(state: State): "vertical" | "horizontal";
  pane(pane: PaneName): void;
  layer(by: number): void;
  by(by: By): void;
  kind(kind: Kind): void;
  text(text: number): void;
  find(): void;
  go(back: boolean): void;
  fold(): void;
  help(): void;
}

/** The option so many places on, round at the ends. */
export function turned<Option>(options: readonly Option[], now: Option, by: number): Option {
  const { length } = options;
  return options[(options.indexOf(now) + by + length) % length] as Option;
}

export function pageActions(page: Page): Record<Action, () => void> {
  const { store } = page;
  const view = (by: number): void => {
    const state = store.get();
    page.pane(turned(page.panes(state), state.pane, by));
  };
  const text = (by: number): void => page.text((store.get().trace + by + page.texts) % page.texts);
  const head = (by: number): void => {
    const state = store.get();
    const count = page.heads(state);
    const next = (state.head + by + count) % count;
    store.set({ head: next, over: "head", ...(state.pane === "head" && { heads: [next] }) });
  };
  /** Lines and their direction are the head view's. */
  const withLines = (act: (state: State) => void) => (): void => {
    const state = store.get();
    if (state.pane === "head") act(state);
  };
  const lines = (by: number): (() => void) =>
    withLines(({ threshold }) => {
      store.set({ threshold: weightAt(Math.max(0, Math.min(100, stepOf(threshold) + by))) });
    });
  return {
    find: page.find,
    nextMatch: () => page.go(false),
    matchBefore: () => page.go(true),
    layerBefore: () => page.layer(-1),
    nextLayer: () => page.layer(1),
    nextHead: () => head(1),
    headBefore: () => head(-1),
    allHeads: withLines((state) => {
      store.set({ heads: Array.from({ length: page.heads(state) }, (_, each) => each) });
    }),
    nextView: () => view(1),
    viewBefore: () => view(-1),
    fewerLines: lines(PRESS),
    moreLines: lines(-PRESS),
    direction: withLines((state) => {
      const now = page.direction(state);
      store.set({ orientation: now === "vertical" ? "horizontal" : "vertical" });
    }),
    units: () => {
      const { pane, by } = store.get();
      if (pane !== "neuron") page.by(turned(BY, by, 1));
    },
    kind: () => {
      const state = store.get();
      page.kind(turned(page.kinds(state), state.kind, 1));
    },
    nextText: () => text(1),
    textBefore: () => text(-1),
    fold: page.fold,
    help: page.help,
  };
}
