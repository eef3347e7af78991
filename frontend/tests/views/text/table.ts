/** A table of units that stand in texts, made from what each says. */

import type { TokenTable } from "../../../src/payload/schema";
import { NO_UNITS } from "../../units";

/** Units are found in the texts in order; null is an added token, a number one more patch of the image. */
export function tableOf(
  texts: string[],
  units: readonly (string | null | "patch")[][],
  rest: Partial<TokenTable> = {},
): TokenTable {
  const start: (number | null)[] = [];
  const end: (number | null)[] = [];
  const segment: (number | null)[] = [];
  const label: string[] = [];
  const boxes: TokenTable["boxes"] = [];
  for (const [number, own] of units.entries()) {
    let from = 0;
    for (const unit of own) {
      const patch = unit === "patch";
      const place = unit === null || patch ? null : (texts[number] ?? "").indexOf(unit, from);
      start.push(place);
      end.push(place === null ? null : place + (unit as string).length);
      segment.push(place === null ? null : number);
      label.push(unit ?? "[CLS]");
      boxes.push(patch ? [0, 0, 1, 1] : null);
      if (place !== null) from = place + (unit as string).length;
    }
  }
  return {
    texts,
    start,
    end,
    segment,
    label,
    boxes: boxes.some((box) => box !== null) ? boxes : null,
    raw: label,
    id: label.map((_, i) => i),
    segments: texts.length > 1 ? ["A", "B"] : ["A"],
    word: label.map(() => null),
    sentence: label.map(() => null),
    flags: label.map(() => 0),
    part: label.map(() => null),
    units: NO_UNITS,
    finders: [],
    lang: "en",
    ...rest,
  };
}
