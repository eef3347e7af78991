/** Which tooltip the head view shows for what is selected, and where. */

import type { Tables } from "../../attention/source";
import type { Theme } from "../../draw/colour";
import type { Picture } from "../../payload/schema";
import { absent } from "../../text/coverage";
import type { Strings } from "../../text/strings";
import type { Anchor } from "../../ui/tooltip";
import type { Focus } from "./focus";
import { pairTip, tokenTip } from "./tip";

interface Look extends Tables {
  heads: readonly number[];
  theme: Theme;
  strings: Strings;
  picture: Picture | null;
}

/** For a pair its weights; for a token alone what its marks mean; null where there is nothing to say. */
export type Found =
  | { tip: HTMLElement; pair: { query: number; key: number; weights: number[] } }
  | { tip: HTMLElement; pair?: undefined; of: "query" | "key"; index: number };

export function tipOf(chosen: Focus, look: Look): Found | null {
  const { query, hoverKey, hover } = chosen;
  const { queries, keys, strings, picture } = look;
  if (query !== null && hoverKey !== null) {
    const weights = chosen.rows.map((row) => row[hoverKey] ?? 0);
    const tip = pairTip({
      ...look,
      query,
      key: hoverKey,
      weights,
      lacks: weights.map((_, slot) => chosen.lacks?.(slot, hoverKey) ?? false),
      absent: chosen.missing === null ? "" : absent(chosen.missing, strings),
    });
    return { tip, pair: { query, key: hoverKey, weights } };
  }
  // A key alone has no weight to tell, but a patch has its place in the image.
  const alone = hover === null && hoverKey !== null && keys.boxes?.[hoverKey] != null;
  const index = alone ? hoverKey : hover;
  if (index === null) return null;
  const weightless = !alone && chosen.rows.every((row) => row.every((weight) => weight === 0));
  const tip = tokenTip(alone ? keys : queries, index, strings, picture, weightless);
  return tip && { tip, of: alone ? "key" : "query", index };
}

/** Over the lines, which are faint there, rather than over labels and bars; and a row away from the key, so
 *  that the line that arrives there stays in sight. */
export function overLines(
  key: DOMRect,
  query: DOMRect,
  vertical: boolean,
): { anchor: Anchor; avoid: Anchor } {
  if (vertical) {
    const y = key.y + (query.y > key.y ? -key.height : key.height);
    const anchor = new DOMRect(key.x, y, key.width, key.height);
    return { anchor, avoid: { x: anchor.x + 1, y: query.y } };
  }
  const anchor = { x: key.x, y: key.y - key.height, width: key.width };
  return { anchor, avoid: { x: query.x, y: anchor.y + 1 } };
}
