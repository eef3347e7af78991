/** For tables of tokens whose words and sentences do not matter. */

import type { TokenTable } from "../src/payload/schema";

const none = { label: [], pos: [], of: [] };

export const NO_UNITS: TokenTable["units"] = { word: none, sentence: none };
