/** The sum written out, for the tooltip. */

import type { TokenTable } from "../../payload/schema";
import type { NeuronWords } from "../../text/neuron";
import { share, signed } from "../../text/number";
import { el } from "../../ui/dom";
import { tokenElement } from "../../ui/token";
import type { Anchor } from "../../ui/tooltip";
import { type Anatomy, scaleFigure } from "./anatomy";

/** `Σ +33.25 ÷ 5.66 = +5.88, + 0, softmax → ` — the weight that follows is set in bold. */
export function chain(
  { steps, dHead }: Pick<Anatomy, "steps" | "dHead">,
  key: number,
  scale: number,
  softcap: number | null,
): string {
  const at = (values: Float32Array): number => values[key] as number;
  const bias = at(steps.bias);
  const parts = [
    `Σ ${signed(at(steps.dot))} ${scaleFigure(scale, dHead)} = ${signed(at(steps.scaled))}`,
    ...(softcap === null ? [] : [`softcap → ${signed(at(steps.capped))}`]),
    bias < 0
      ? `− ${bias === -Infinity ? "∞" : (-bias).toFixed(2)}`
      : `+ ${bias === 0 ? "0" : bias.toFixed(2)}`,
    "softmax → ",
  ];
  return parts.join(", ");
}

export interface TipFacts {
  anatomy: Anatomy;
  scale: number;
  softcap: number | null;
  queries: TokenTable;
  keys: TokenTable;
  query: number;
  /** Null over the query's own vector. */
  key: number | null;
  /** Number of a neuron in the model, or null beside the vectors. */
  neuron: number | null;
}

export function neuronTip(facts: TipFacts, words: NeuronWords): HTMLElement {
  const { anatomy, queries, keys, query, key, neuron } = facts;
  const title = el("div", { class: "tip-title" }, tokenElement(queries, query));
  if (key !== null) title.append(el("span", { class: "tip-arrow" }, "→"), tokenElement(keys, key));
  if (neuron !== null)
    title.append(el("span", { class: "neuron-tip-which" }, words.neuron(neuron)));
  const tip = el("div", { class: "tip neuron-tip" }, title);
  if (neuron !== null) {
    const q = anatomy.q[neuron] as number;
    if (key === null) {
      const spread = (anatomy.spread[neuron] as number).toFixed(2);
      tip.append(el("div", {}, `q ${signed(q)}, ${words.spread} ${spread}`));
    } else {
      const k = anatomy.key(key)[neuron] as number;
      const product = el("b", {}, signed(q * k));
      tip.append(el("div", {}, `q ${signed(q)} × k ${signed(k)} = `, product));
    }
  }
  if (key !== null) {
    const weight = el("b", {}, share(anatomy.steps.weight[key] as number));
    const text = chain(anatomy, key, facts.scale, facts.softcap);
    tip.append(el("div", { class: "neuron-tip-sum" }, text, weight));
  }
  return tip;
}

/** Between a row and the tooltip's own middle line. */
const CLEAR = 11;

/** Above or below a row (given by its ends in the window), never on it: its numbers are what the
 *  tooltip explains. */
export function besideRow(
  pointer: Anchor,
  row: { top: number; bottom: number } | null,
  windowHeight: number,
): { anchor: Anchor; avoid?: Anchor } {
  const { x } = pointer;
  if (row === null) return { anchor: pointer };
  if (row.top < windowHeight / 2) return { anchor: { x, y: row.bottom + CLEAR } };
  return { anchor: { x, y: row.top - CLEAR }, avoid: { x, y: row.top } };
}
