/** Tokens that stand for patches of an image. */

import type { TokenTable } from "../payload/schema";

/** The units that stand for patches, in the order of the model. */
export function patchesOf(table: TokenTable): number[] {
  return (table.boxes ?? []).flatMap((box, unit) => (box === null ? [] : [unit]));
}

/** Whether a table stands for an image without any text. */
export function isImageAlone(table: TokenTable): boolean {
  return table.boxes != null && table.start.every((place) => place === null);
}
