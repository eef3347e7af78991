/** The words of figures, and of the menu that exports them. */

import type { ViewName } from "../payload/schema";

export interface FigureWords {
  /** The button and the list below it. */
  export: string;
  /** What the figure shows. */
  shows: string;
  names: Record<ViewName, string>;
  formats: Record<"svg" | "png", string>;
  saved(file: string): string;
  /** In the caption. */
  linesFrom(weight: string): string;
  strongest(count: string): string;
  /** A part of a long text. */
  part(first: string, last: string, of: string): string;
  strongestMean: string;
  query(token: string): string;
  /** Where the text runs as a line. */
  sides: string;
  /** Why there is no figure. */
  tooLong(tokens: string, most: string): string;
  longText(units: string, most: string): string;
  noVectors: string;
}

export const FIGURE_WORDS: Record<"en" | "ja", FigureWords> = {
  en: {
    export: "Save a figure",
    shows: "Figure",
    names: {
      head: "Head view",
      model: "Model view",
      neuron: "Neuron view",
      text: "Text view",
      explore: "Both",
    },
    formats: { svg: "SVG, for papers", png: "PNG, for slides" },
    saved: (file) => `${file} saved`,
    linesFrom: (weight) => `lines from ${weight}`,
    strongest: (count) => `the strongest ${count} lines`,
    part: (first, last, of) => `tokens ${first}–${last} of ${of}`,
    strongestMean: "strongest keys, mean of all queries",
    query: (token) => `query “${token}”`,
    sides: "queries above, keys below",
    tooLong: (tokens, most) =>
      `A figure of ${tokens} tokens would be too long to look at; it shows ${most} at most. Use ` +
      "by='word' or by='sentence', a shorter text, or the page, which saves what it has in view.",
    longText: (units, most) =>
      `A figure of this text would be too long to look at; of its ${units} tokens or words, it shows ` +
      `${most} at most. Use a shorter text or a larger width, or the page, which saves what it has in view.`,
    noVectors:
      "This trace holds attention weights only, so there are no neurons to draw: use the head or model view.",
  },
  ja: {
    export: "図として保存",
    shows: "図",
    names: {
      head: "ヘッドビュー",
      model: "モデルビュー",
      neuron: "ニューロンビュー",
      text: "本文ビュー",
      explore: "両方",
    },
    formats: { svg: "SVG（論文用）", png: "PNG（スライド用）" },
    saved: (file) => `${file} を保存しました`,
    linesFrom: (weight) => `${weight} 以上の線`,
    strongest: (count) => `強い順に ${count} 本`,
    part: (first, last, of) => `${of} トークン中 ${first}–${last}`,
    strongestMean: "強いキー（全クエリの平均）",
    query: (token) => `クエリ「${token}」`,
    sides: "上がクエリ、下がキー",
    tooLong: (tokens, most) =>
      `${tokens} トークンの図は長すぎます（最大 ${most}）。by='word' か by='sentence'、短い文章、` +
      "または表示中の部分を保存するページをお使いください。",
    longText: (units, most) =>
      `この本文の図は長すぎます（${units} 単位のうち最大 ${most}）。短い文章、より大きな幅、` +
      "または表示中の部分を保存するページをお使いください。",
    noVectors:
      "このトレースには重みしかなく、ニューロンは描けません。ヘッドビューかモデルビューをお使いください。",
  },
};
