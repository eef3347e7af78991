/** For tables of tokens whose words, sentences and places in the text do not matter. */

import type { TokenTable } from "../src/payload/schema";

const none = { label: [], pos: [], of: [] };

export const NO_UNITS: TokenTable["units"] = { word: none, sentence: none };

export const NO_PLACES: Pick<TokenTable, "texts" | "start" | "end" | "sentence" | "boxes"> = {
  texts: [],
  start: [],
  end: [],
  sentence: [],
  boxes: null,
};
