/** What the status line says of the head view. */

import type { Texts } from "../../attention/choice";
import { formOf } from "../../attention/form";
import type { Tables } from "../../attention/source";
import { originOf } from "../../attention/units";
import { MOST_LINES } from "../../draw/lines";
import { namesOf } from "../../text/choice";
import { bound, count, percent } from "../../text/number";
import type { Context } from "../view";
import type { Prepared } from "./rows";

export function sentences(
  { lines, attention, queries }: Prepared,
  shown: Tables & { texts: Texts | null },
  { strings, paper }: Pick<Context, "strings" | "paper">,
): string[] {
  const { layer } = attention;
  const whole = { queries: originOf(shown.queries).table, keys: originOf(shown.keys).table };
  const between = shown.texts && strings.choice.between(...namesOf(shown.texts, whole));
  const inView = queries.end - queries.first < attention.queries;
  const carried = percent(lines.mass > 0 ? lines.carried / lines.mass : 0);
  const drawn = count(lines.count);
  const said = [
    attention.missing === null
      ? strings.carried(carried, drawn, count(lines.pairs), inView, between)
      : strings.carriedOfKept(carried, drawn, inView, between),
  ];
  if (inView && paper()) {
    const { first, end } = queries;
    said.unshift(strings.printedQueries(first + 1, end, count(attention.queries)));
  }
  if (lines.capped) said.push(strings.capped(count(MOST_LINES)));
  const exactness = strings.precision(formOf(layer), bound(layer.error));
  said.push(attention.rescaled ? strings.beforeRescaling(exactness) : exactness);
  return said;
}
