/** The words of the text view. */

import type { By } from "../attention/choice";
import type { RolloutAbsence } from "../payload/schema";
import type { State } from "../state/state";

type Over = State["over"];
type Toward = State["toward"];

/** What units are called: patches where there is an image alone, `mixed` where they are words beside patches. */
export type UnitName = By | "patch" | "mixed";

export interface TextWords {
  /** What the view is called on a page that shows nothing but images. */
  imageView: string;
  over: string;
  overs: Record<Over, string>;
  overMeaning: Record<Over, string>;
  noRollout: Record<RolloutAbsence, string>;
  toward: string;
  towards: Record<Toward, string>;
  /** Spoken of the text. */
  drawing: string;
  /** Over the two texts of cross-attention. */
  sides: Record<"queries" | "keys", string>;
  /** Beside the selected unit. */
  selected: Record<Toward, string>;
  /** In its place while nothing is selected. */
  nothing: string;
  click: Record<UnitName, string>;
  /** Added where the means are shown meanwhile. */
  untilThen: Record<UnitName, string>;
  strongest: Record<UnitName, string>;
  /** A patch by its place, numbered from 1. */
  patch(row: number, column: number): string;
  bySentence: string;
  sentence(index: number): string;
  sentences(strongest: number, share: string): string;
  line(share: string): string;
  /** Where weights come from, in captions: "layer 2, head 9". */
  from: Record<Over, (layer: number, head: number) => string>;
  caption(unit: string, toward: Toward, from: string): string;
  captionMean(from: string): string;
  columns: Record<"rank" | "unit" | "weight", string>;
  /** The note under the list; `share` is written out already. */
  carry: Record<"row" | "column" | "mean", (count: number, by: UnitName, share: string) => string>;
  /** Where the list is empty. */
  none: string;
  added(share: string, toward: Toward, by: UnitName): string;
  /** For text that was cut off before the model read it, or that its tokenizer dropped. */
  unread: string;
  counting(share: string): string;
  loading(layer: number): string;
  image: string;
  /** Status line. */
  tint: Record<"weight" | "mean", string>;
}

const EN_UNITS: Record<UnitName, string> = {
  token: "tokens",
  word: "words",
  sentence: "sentences",
  patch: "patches",
  mixed: "words and patches",
};

const EN_ONE: Record<UnitName, string> = {
  token: "This token",
  word: "This word",
  sentence: "This sentence",
  patch: "This patch",
  mixed: "This one",
};

const NUMBERS = [
  "no",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
];

function these(count: number, by: UnitName): string {
  return count === 1 ? EN_ONE[by] : `These ${NUMBERS[count] ?? count} ${EN_UNITS[by]}`;
}

const carries = (count: number): string => (count === 1 ? "carries" : "carry");

const JA_UNITS: Record<UnitName, string> = {
  token: "トークン",
  word: "単語",
  sentence: "文",
  patch: "パッチ",
  mixed: "単語・パッチ",
};

export const TEXT_WORDS: Record<"en" | "ja", TextWords> = {
  en: {
    imageView: "Image view",
    over: "Tinted by",
    overs: { head: "One head", mean: "Layer mean", rollout: "Rollout" },
    overMeaning: {
      head: "Weights of one head",
      mean: "The mean of all heads of the layer",
      rollout:
        "Attention rollout through all layers: the mean of the heads and the residual connection, half each, multiplied from the first layer to the last (Abnar & Zuidema 2020)",
    },
    noRollout: {
      cross: "No rollout: it needs queries and keys of one text, and here they are two",
      windows: "No rollout: these layers attend within windows, of which only the first is here",
      long: "No rollout on this page: the text has more than 1,024 tokens",
    },
    toward: "Direction",
    towards: { keys: "attends to", queries: "attended by" },
    drawing: "The text, tinted by attention. Arrow keys move, Enter selects, Escape lets go.",
    sides: { queries: "Queries: the target", keys: "Keys: the source" },
    selected: { keys: "attends to", queries: "is attended by" },
    nothing: "Nothing selected",
    click: {
      token: "Click a token to see what it attends to.",
      word: "Click a word to see what it attends to.",
      sentence: "Click a sentence to see what it attends to.",
      patch: "Click a patch to see what it attends to.",
      mixed: "Click a word or a patch to see what it attends to.",
    },
    untilThen: {
      token: " Until then: what tokens receive on average.",
      word: " Until then: what words receive on average.",
      sentence: " Until then: what sentences receive on average.",
      patch: " Until then: what patches receive on average.",
      mixed: " Until then: what words and patches receive on average.",
    },
    strongest: {
      token: "Strongest tokens",
      word: "Strongest words",
      sentence: "Strongest sentences",
      patch: "Strongest patches",
      mixed: "Strongest words and patches",
    },
    patch: (row, column) => `row ${row}, column ${column}`,
    bySentence: "By sentence",
    sentence: (index) => `Sentence ${index}`,
    sentences: (strongest, share) =>
      `Attention by sentence; sentence ${strongest} has most, ${share}`,
    line: (share) => `this line: ${share}`,
    from: {
      head: (layer, head) => `layer ${layer}, head ${head}`,
      mean: (layer) => `layer ${layer}, mean of its heads`,
      rollout: () => "rollout through all layers",
    },
    caption: (unit, toward, from) =>
      toward === "keys"
        ? `What “${unit}” attends to: ${from}`
        : `What attends to “${unit}”: ${from}`,
    captionMean: (from) => `Mean attention received: ${from}`,
    columns: { rank: "rank", unit: "unit", weight: "weight" },
    carry: {
      row: (count, by, share) =>
        `${these(count, by)} ${carries(count)} **${share}** of the attention of the one selected.`,
      column: (count, by, share) =>
        `${these(count, by)} ${carries(count)} **${share}** of all the attention that the one selected receives.`,
      mean: (count, by, share) =>
        `${these(count, by)} ${carries(count)} **${share}** of the attention on average.`,
    },
    none: "None of the weights that this page holds falls on the text.",
    added: (share, toward, by) =>
      `Tokens that ${by === "patch" ? "are no patch" : "do not stand in the text"} ${toward === "keys" ? "take" : "give"} **${share}**:`,
    unread: "The model has no token for this",
    counting: (share) => `counting, ${share} …`,
    loading: (layer) => `layer ${layer} …`,
    image: "The image as the model sees it, with the weights of its patches",
    tint: {
      weight: "tint = weight ÷ largest weight shown, to the power 0.6",
      mean: "nothing selected: tint = mean attention received ÷ the largest shown",
    },
  },
  ja: {
    imageView: "画像ビュー",
    over: "色の元",
    overs: { head: "ヘッド", mean: "層の平均", rollout: "ロールアウト" },
    overMeaning: {
      head: "ひとつのヘッドの重み",
      mean: "この層の全ヘッドの平均",
      rollout:
        "全層を通したロールアウト：ヘッドの平均と残差接続を半分ずつ合わせ、最初の層から順に掛ける（Abnar & Zuidema 2020）",
    },
    noRollout: {
      cross: "ロールアウトなし：クエリとキーが別の文章のため",
      windows: "ロールアウトなし：窓ごとに注意を向ける層で、最初の窓だけがここにあるため",
      long: "このページにロールアウトなし：1,024 トークンを超える文章のため",
    },
    toward: "向き",
    towards: { keys: "参照先", queries: "参照元" },
    drawing: "注意で色を付けた本文。矢印キーで移動、Enter で選択、Esc で解除。",
    sides: { queries: "クエリ：出力側の文章", keys: "キー：入力側の文章" },
    selected: { keys: "の参照先", queries: "の参照元" },
    nothing: "未選択",
    click: {
      token: "トークンをクリックすると参照先が分かります。",
      word: "単語をクリックすると参照先が分かります。",
      sentence: "文をクリックすると参照先が分かります。",
      patch: "パッチをクリックすると参照先が分かります。",
      mixed: "単語かパッチをクリックすると参照先が分かります。",
    },
    untilThen: {
      token: "未選択のときは、各トークンが受ける注意の平均。",
      word: "未選択のときは、各単語が受ける注意の平均。",
      sentence: "未選択のときは、各文が受ける注意の平均。",
      patch: "未選択のときは、各パッチが受ける注意の平均。",
      mixed: "未選択のときは、各単語・各パッチが受ける注意の平均。",
    },
    strongest: {
      token: "上位のトークン",
      word: "上位の単語",
      sentence: "上位の文",
      patch: "上位のパッチ",
      mixed: "上位の単語・パッチ",
    },
    patch: (row, column) => `${row} 行 ${column} 列`,
    bySentence: "文ごと",
    sentence: (index) => `文 ${index}`,
    sentences: (strongest, share) => `文ごとの注意。最大は文 ${strongest}（${share}）`,
    line: (share) => `この行：${share}`,
    from: {
      head: (layer, head) => `層 ${layer}・ヘッド ${head}`,
      mean: (layer) => `層 ${layer} の全ヘッドの平均`,
      rollout: () => "全層のロールアウト",
    },
    caption: (unit, toward, from) =>
      `「${unit}」${toward === "keys" ? "が注意を向ける先" : "に注意を向けるもの"}：${from}`,
    captionMean: (from) => `受ける注意の平均：${from}`,
    columns: { rank: "順位", unit: "単位", weight: "重み" },
    carry: {
      row: (count, by, share) =>
        `上位 ${count} ${JA_UNITS[by]}で、選択したものの注意の **${share}**。`,
      column: (count, by, share) =>
        `上位 ${count} ${JA_UNITS[by]}で、選択したものが受ける注意の **${share}**。`,
      mean: (count, by, share) => `上位 ${count} ${JA_UNITS[by]}で、注意の平均 **${share}**。`,
    },
    none: "このページにある重みのうち、本文へのものはありません。",
    added: (share, toward, by) =>
      `${by === "patch" ? "パッチでない" : "本文にない"}トークン${toward === "keys" ? "へ" : "から"} **${share}**：`,
    unread: "モデルに渡されていない部分",
    counting: (share) => `集計中 ${share} …`,
    loading: (layer) => `層 ${layer} …`,
    image: "モデルが見た画像と、各パッチの重み",
    tint: {
      weight: "色の濃さ＝（重み ÷ 表示中の最大値）の 0.6 乗",
      mean: "未選択：色の濃さ＝受ける注意の平均 ÷ 表示中の最大値",
    },
  },
};
