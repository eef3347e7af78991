import { HELP_WORDS } from "./help";
import { MODEL_WORDS } from "./model";
import { NEURON_WORDS } from "./neuron";
import type { Strings } from "./strings";

export const EN: Strings = {
  lang: "en",
  layersHeads: (layers, heads) =>
    `${layers} ${layers === 1 ? "layer" : "layers"} × ${heads} ${heads === 1 ? "head" : "heads"}`,
  dHead: (size) => `d_head ${size}`,
  tokens: (count) => (count === "1" ? "1 token" : `${count} tokens`),
  text: "Text",
  copyLink: "Copy a link to this selection",
  copied: "Link copied",
  help: "Keys and how to read this page",
  marks: {
    unknown: "The vocabulary lacks it: the model sees only that something unknown stands here.",
    approx: "Its place in the text is a guess, or it says something else than what stands there.",
    part: (k, n) => `Token ${k} of ${n} that share these characters.`,
  },
  controls: "What is shown",
  kind: "Kind",
  kinds: { encoder: "Encoder", decoder: "Decoder", cross: "Cross", text: "Text", vision: "Image" },
  by: "Rows and columns",
  bys: { token: "Tokens", word: "Words", sentence: "Sentences" },
  byMeaning: {
    token: "As the model sees the text",
    word: "Tokens joined to words: attention summed over the keys of a word, averaged over its queries",
    sentence: "Attention summed over the keys of a sentence, averaged over its queries",
  },
  finders: (names) => `words by ${names}`,
  characters: "single characters (PyICU, which has dictionaries, is not installed)",
  content: "Hide particles",
  contentMeaning:
    "Leave Japanese particles and auxiliaries out. The other weights stay as they are, so rows no longer sum to 1.",
  layer: "Layer",
  layerBefore: "Layer before",
  layerAfter: "Next layer",
  head: "Head",
  headName: (head) => `Head ${head}`,
  chip: (head) => `Head ${head}: click switches it, double click shows it alone`,
  linesFrom: "Lines from",
  linesFromMeaning:
    "Only weights from here on are drawn. The bars show how much of the attention lies at each weight.",
  find: "Find a token",
  found: (place, count) => (count === 0 ? "none" : `${place} of ${count}`),
  view: "View",
  panes: { head: "Head view", neuron: "Neuron view" },
  orientation: "Direction of the text",
  vertical: "Tokens one below the other",
  horizontal: "Text as a line",
  fold: "Fold the model view",
  unfold: "Show the model view",
  query: "query",
  key: "key",
  mean: "mean",
  drawing: (layer, heads, pinned) =>
    `Attention of layer ${layer}, ${heads.length === 1 ? "head" : "heads"} ${heads.join(", ")}: lines from queries to keys.${pinned === null ? "" : ` Pinned: ${pinned}.`} Arrow keys move from token to token, Enter pins one.`,
  loading: (layer) => `layer ${layer} …`,
  empty: (threshold, largest) => `no weight reaches ${threshold}; the largest is ${largest}`,
  emptyRemedy: (threshold) => `Draw lines from ${threshold}`,
  strongest: "strongest keys",
  strongestMean: "strongest keys, mean of the queries in view",
  tableCaption: (token, layer) => `What “${token}” attends to in layer ${layer}`,
  tableHint: "Choose a token to read its weights here.",
  carried: (share, drawn, of, inView) =>
    `Lines drawn carry **${share}** of the attention mass of the heads shown${inView ? ", queries in view" : ""} (${drawn} of ${of})`,
  capped: (count) => `only the strongest ${count} lines are drawn`,
  precision: (vectors, error) =>
    `${vectors ? "computed here from q and k" : "8-bit weights"}, error ≤ ${error}`,
  offline: "offline, nothing leaves this page",
  failed: (message) => `This cannot be shown: ${message}`,
  printedQueries: (first, last, of) =>
    `This sheet shows what was in view: queries ${first} to ${last} of ${of}`,
  printedKeys: (rows, of) => `This sheet shows the ${rows} strongest of ${of} keys`,
  model: MODEL_WORDS.en,
  neuron: NEURON_WORDS.en,
  guide: HELP_WORDS.en,
};
