/** The neuron view's own row of controls: query, order of the neurons, which keys. */

import type { TokenTable } from "../../payload/schema";
import type { NeuronWords } from "../../text/neuron";
import { el } from "../../ui/dom";
import { segmented } from "../../ui/segmented";
import { tokenElement } from "../../ui/token";

export type Order = "index" | "contribution";
export type Rows = "all" | "strongest";

const ORDERS = ["index", "contribution"] as const;
const ROWS = ["all", "strongest"] as const;

export interface ControlsLook {
  queries: TokenTable;
  query: number;
  order: Order;
  rows: Rows;
  /** What the choice of keys leaves out. */
  note: string;
}

export interface Controls {
  element: HTMLElement;
  update(look: ControlsLook): void;
}

export function createControls(
  words: NeuronWords,
  events: { step(by: number): void; order(order: Order): void; rows(rows: Rows): void },
): Controls {
  const token = el("span", { class: "neuron-query-token" });
  const before = stepButton("‹", words.queryBefore, () => events.step(-1));
  const after = stepButton("›", words.queryNext, () => events.step(1));
  const query = el(
    "div",
    { class: "neuron-query", role: "group", "aria-label": words.query },
    el("span", { class: "neuron-label" }, words.query),
    before,
    token,
    after,
  );
  query.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    events.step(by);
  });
  const note = el("span", { class: "neuron-note" });
  const order = segmented(words.order, options(words.orders, ORDERS), events.order);
  const rows = segmented(words.keys, options(words.rows, ROWS), events.rows);
  const element = el(
    "div",
    { class: "neuron-controls" },
    query,
    el("span", { class: "neuron-space" }),
    note,
    el("span", { class: "neuron-label" }, words.order),
    order.element,
    rows.element,
  );

  let shown: { queries: TokenTable; query: number } | null = null;
  return {
    element,
    update(look) {
      if (shown?.queries !== look.queries || shown.query !== look.query) {
        shown = look;
        token.replaceChildren(tokenElement(look.queries, look.query));
        before.disabled = look.query === 0;
        after.disabled = look.query === look.queries.label.length - 1;
      }
      order.select(look.order);
      rows.select(look.rows);
      note.textContent = look.note;
    },
  };
}

function stepButton(sign: string, name: string, act: () => void): HTMLButtonElement {
  const button = el("button", { type: "button", class: "neuron-step", "aria-label": name }, sign);
  button.addEventListener("click", act);
  return button;
}

function options<Name extends string>(
  names: Record<Name, string>,
  values: readonly Name[],
): { value: Name; label: string }[] {
  return values.map((value) => ({ value, label: names[value] }));
}
