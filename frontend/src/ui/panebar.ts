/** The bar above the head or neuron view: which of them, layer, heads, direction of the text. */

import type { Theme } from "../draw/colour";
import type { PaneName, State } from "../state/state";
import type { Explanation } from "../text/help";
import type { Strings } from "../text/strings";
import type { Bubbles } from "./bubble";
import { chips } from "./chips";
import { el, icon, setAttributes } from "./dom";
import { explanation } from "./explain";
import { ICONS } from "./icons";
import { segmented } from "./segmented";
import { stepper } from "./stepper";

export interface PaneBar {
  element: HTMLElement;
  update(
    state: State,
    facts: {
      layers: number;
      heads: number;
      direction: "vertical" | "horizontal";
      theme: Theme;
      /** Why there is no rollout; null where there is one. */
      noRollout: string | null;
      /** Why a view has nothing to show here; null where it has. */
      lacks: (pane: PaneName) => string | null;
    },
  ): void;
}

export interface PaneActions {
  pane(pane: PaneName): void;
  layer(by: number): void;
  over(over: State["over"]): void;
  toward(toward: State["toward"]): void;
  toggle(head: number): void;
  solo(head: number): void;
  orientation(direction: "vertical" | "horizontal"): void;
}

export interface PaneWords {
  names: Record<PaneName, string>;
  explained: Record<PaneName, Explanation>;
}

/** @param panes The views to choose from; with one of them its name is the title of the bar.
 *  @param about What they are called, and what their bubbles say.
 *  @param bubbles For the help beside the title; null in a notebook, whose bar has neither title nor
 *    directions. */
export function paneBar(
  strings: Strings,
  panes: readonly PaneName[],
  { names, explained }: PaneWords,
  bubbles: Bubbles | null,
  act: PaneActions,
): PaneBar {
  const bare = bubbles === null;
  const { guide } = strings;
  let shown = panes[0] as PaneName;
  const about =
    bubbles?.button(guide.about(names[shown]), () => explanation(explained[shown])) ?? null;
  const switcher =
    panes.length > 1
      ? segmented(
          strings.view,
          panes.map((value) => ({ value, label: strings.tab(names[value]), name: names[value] })),
          act.pane,
        )
      : null;
  const title =
    bare || panes.length !== 1
      ? null
      : el("h2", { class: "view-title" }, names[panes[0] as PaneName]);
  const words = { label: strings.layer, before: strings.layerBefore, after: strings.layerAfter };
  const layer = stepper(words, act.layer);
  const heads = chips({ ...strings, label: strings.head }, act);
  const reads = strings.textView;
  const over = segmented(
    reads.over,
    (["head", "mean", "rollout"] as const).map((value) => ({
      value,
      label: reads.overs[value],
      title: reads.overMeaning[value],
    })),
    act.over,
  );
  const toward = segmented(
    reads.toward,
    (["keys", "queries"] as const).map((value) => ({ value, label: reads.towards[value] })),
    act.toward,
  );
  const directions = segmented(
    strings.orientation,
    (["vertical", "horizontal"] as const).map((value) => ({
      value,
      label: icon(ICONS[value], 16, 1.3),
      title: strings[value],
    })),
    act.orientation,
  );
  directions.element.classList.add("directions");
  const element = el(
    "div",
    { class: "pane-bar" },
    el("div", { class: "titled" }, title, switcher?.element ?? null, about),
    over.element,
    layer.element,
    heads.element,
    toward.element,
    bare ? null : directions.element,
  );
  return {
    element,
    update(state, facts) {
      switcher?.select(state.pane);
      for (const pane of panes) switcher?.disable(facts.lacks(pane), pane);
      if (shown !== state.pane && about !== null) {
        const name = guide.about(names[state.pane]);
        setAttributes(about, { title: name, "aria-label": name });
      }
      shown = state.pane;
      layer.update(state.layer, facts.layers);
      const reading = state.pane === "text";
      const single = state.pane !== "head";
      const alone = reading && state.over !== "head" ? [] : [state.head];
      const on = single ? alone : state.heads;
      heads.update({ heads: facts.heads, on, theme: facts.theme, single });
      heads.element.classList.toggle("pale", on.length === 0);
      layer.element.classList.toggle("away", reading && state.over === "rollout");
      directions.element.hidden = single;
      over.element.hidden = toward.element.hidden = !reading;
      over.select(state.over);
      over.disable(facts.noRollout, "rollout");
      toward.select(state.toward);
      directions.select(facts.direction);
    },
  };
}
