/** The bar above the head or neuron view: which of them, layer, heads, direction of the text. */

import type { Theme } from "../draw/colour";
import type { PaneName, State } from "../state/state";
import type { Strings } from "../text/strings";
import { chips } from "./chips";
import { el, icon } from "./dom";
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

/** @param panes The views to choose from; with one of them its name is the title of the bar.
 *  @param names What they are called.
 *  @param bare In a notebook: no title and no directions. */
export function paneBar(
  strings: Strings,
  panes: readonly PaneName[],
  names: Record<PaneName, string>,
  bare: boolean,
  act: PaneActions,
): PaneBar {
  const switcher =
    panes.length > 1
      ? segmented(
          strings.view,
          panes.map((value) => ({ value, label: names[value] })),
          act.pane,
        )
      : null;
  const title =
    bare || panes.length !== 1
      ? null
      : el("h2", { class: "view-title" }, names[panes[0] as PaneName]);
  const words = { label: strings.layer, before: strings.layerBefore, after: strings.layerAfter };
  const layer = stepper(words, act.layer);
  const heads = chips({ label: strings.head, chip: strings.chip }, act);
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
    title,
    switcher?.element ?? null,
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
      over.bar("rollout", facts.noRollout);
      toward.select(state.toward);
      directions.select(facts.direction);
    },
  };
}
