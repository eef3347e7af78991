/** The numbers of the drawing as a table, for those who hear the page: with a digit more than the drawing has
 *  room for, so that each step can be checked against the next. */

import type { TokenTable } from "../../payload/schema";
import type { NeuronWords } from "../../text/neuron";
import { fixed, share } from "../../text/number";
import { tokenText } from "../../text/tokens";
import { el } from "../../ui/dom";
import type { Anatomy } from "./anatomy";

/** A table of thousands of rows helps nobody; beyond this it keeps the strongest keys. */
const MOST = 100;

export function stepsTable(
  anatomy: Anatomy,
  rows: readonly number[],
  table: TokenTable,
  caption: string,
  softcap: boolean,
  words: NeuronWords["table"],
): HTMLTableElement {
  const { steps } = anatomy;
  const { columns } = words;
  const weight = (key: number): number => steps.weight[key] as number;
  const kept = new Set([...rows].sort((a, b) => weight(b) - weight(a)).slice(0, MOST));
  const shortened = rows.length > MOST ? ` ${words.shortened(MOST, rows.length)}` : "";
  const names = [columns.key, columns.sum, columns.scaled];
  if (softcap) names.push(columns.capped);
  names.push(columns.bias, columns.weight);
  const head = el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name)));
  const body = rows
    .filter((key) => kept.has(key))
    .map((key) => {
      const numbers = [steps.dot, steps.scaled, ...(softcap ? [steps.capped] : []), steps.bias].map(
        (values) => fixed(values[key] as number, 3),
      );
      const cells = [...numbers, share(weight(key))].map((text) => el("td", {}, text));
      return el("tr", {}, el("th", { scope: "row" }, tokenText(table, key).text), ...cells);
    });
  return el(
    "table",
    {},
    el("caption", {}, caption + shortened),
    el("thead", {}, head),
    el("tbody", {}, ...body),
  );
}
