/** In which form a layer's weights are there. */

import type { Layer } from "../payload/schema";

/** Computed from queries and keys; rounded to bytes; or the weights themselves. */
export type Form = "vectors" | "bytes" | "weights";

/** A live page's layer has no arrays of its own, and yet its heads bring vectors where the model has some. */
export function formOf({ weights, strongest, dHead }: Layer): Form {
  if (strongest !== null || (weights !== null && weights.scale !== null)) return "bytes";
  return dHead > 0 && weights === null ? "vectors" : "weights";
}
