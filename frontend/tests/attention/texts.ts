/** Token tables that tests of units and of choices share. */

import type { TokenTable } from "../../src/payload/schema";
import { NO_PLACES, NO_UNITS } from "../units";

/** [CLS] 追い | かけ は 犬 [SEP], where 追いかけ is a verb of two tokens and は a particle. */
export const TABLE: TokenTable = {
  label: ["[CLS]", "追い", "かけ", "は", "犬", "[SEP]"],
  raw: ["[CLS]", "追い", "##かけ", "は", "犬", "[SEP]"],
  id: [2, 10, 11, 12, 13, 3],
  segment: [null, 0, 0, 0, 0, null],
  segments: ["A"],
  word: [null, 0, 0, 1, 2, null],
  texts: ["追いかけは 犬"],
  start: [null, 0, 2, 4, 6, null],
  end: [null, 2, 4, 5, 7, null],
  sentence: [null, 0, 0, 0, 0, null],
  boxes: null,
  flags: [1, 0, 2, 0, 4, 1],
  part: [null, null, null, null, null, null],
  units: {
    word: {
      label: ["[CLS]", "追いかけ", "は", "犬", "[SEP]"],
      pos: [null, "動詞", "助詞", "名詞", null],
      of: [0, 1, 1, 2, 3, 4],
    },
    sentence: {
      label: ["[CLS]", "あ".repeat(40), "[SEP]"],
      pos: [null, null, null],
      of: [0, 1, 1, 1, 1, 2],
    },
  },
  finders: ["MeCab"],
  lang: "ja",
};

/** [CLS] a b [SEP] c [SEP], a pair of texts. */
export const PAIR: TokenTable = {
  label: ["[CLS]", "a", "b", "[SEP]", "c", "[SEP]"],
  raw: ["[CLS]", "a", "b", "[SEP]", "c", "[SEP]"],
  id: [1, 5, 6, 2, 7, 2],
  segment: [null, 0, 0, null, 1, null],
  segments: ["A", "B"],
  word: [null, 0, 1, null, 2, null],
  ...NO_PLACES,
  flags: [1, 0, 0, 1, 0, 1],
  part: [null, null, null, null, null, null],
  units: NO_UNITS,
  finders: [],
  lang: "en",
};
