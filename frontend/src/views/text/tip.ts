/** What the tooltip says of the unit under the pointer. */

import type { By } from "../../attention/choice";
import type { Tables } from "../../attention/source";
import { share } from "../../text/number";
import type { Strings } from "../../text/strings";
import { el } from "../../ui/dom";
import { pairTitle } from "../../ui/token";
import { tokenTip } from "../head/tip";
import type { Focus, Side } from "./focus";

/** A unit, and the text it stands in. */
export interface Spot {
  side: Side;
  unit: number;
}

interface Look extends Tables {
  /** Those of the text that the unit stands in; null where it has no tint. */
  values: ArrayLike<number> | null;
  by: By;
  strings: Strings;
}

/** The number behind a tint; what a token's marks mean where nothing is selected. */
export function spotTip(at: Spot, focus: Focus, look: Look): HTMLElement | null {
  const { pinned, apart, tinted } = focus;
  const { values, by, strings } = look;
  if (pinned !== null && values !== null && (apart || at.unit !== pinned)) {
    const pair =
      tinted === "keys" ? { query: pinned, key: at.unit } : { query: at.unit, key: pinned };
    const weight = el("div", { class: "number" }, share(values[at.unit] ?? 0));
    return el("div", { class: "tip" }, pairTitle(look, pair), weight);
  }
  return by === "token" ? tokenTip(look[at.side], at.unit, strings, null, false) : null;
}
