/** What the page says of texts that are chosen and of tokens that are hidden. */

import type { Choice, Hide, Texts } from "../attention/choice";
import type { Mass } from "../attention/shares";
import { hasFunctionWords, hasSpecial } from "../attention/units";
import type { TokenTable } from "../payload/schema";
import { count, percent } from "./number";

export interface ChoiceWords {
  /** Controls. */
  texts: string;
  /** `name` is that of a text, null for all of them. */
  all: string;
  queriesOf: string;
  keysOf: string;
  textsMeaning(from: string | null, to: string | null): string;
  hide: string;
  hides: Record<Hide, string>;
  hideMeaning: Record<Hide, string>;
  /** What `sinks` are here: how many, and which. */
  sinks(count: string, names: string): string;
  noSinks: string;
  /** Why the controls are switched off beside the neuron view. */
  neurons: string;
  /** Status line. */
  what: Record<Hide, string>;
  and: string;
  /** `within`: of the attention between the chosen texts. */
  hidden(what: string, share: string, within: boolean): string;
  refused(what: string): string;
  /** The share of the chosen queries' attention that goes to the chosen keys. */
  inTexts(from: string | null, to: string, share: string): string;
  /** Which attention there is in view, within the head view's own sentence; null for all texts. */
  between(from: string | null, to: string | null): string;
  about(share: string): string;
  emptied(rows: string, exact: boolean): string;
}

export const CHOICE_WORDS: Record<"en" | "ja", ChoiceWords> = {
  en: {
    texts: "Texts",
    all: "All",
    queriesOf: "Queries of",
    keysOf: "Keys of",
    textsMeaning: (from, to) =>
      `${from === null ? "All queries" : `Only queries of ${from}`}, ${to === null ? "all keys" : `only keys of ${to}`}`,
    hide: "Hide",
    hides: { special: "special", sinks: "sinks", particles: "particles" },
    hideMeaning: {
      special:
        "Leave special and added tokens out, as queries and as keys. The other weights of each row are scaled up to what the row summed to.",
      sinks:
        "Leave out, as keys, the tokens that take a large share whatever the query says. The other weights of each row are scaled up to what the row summed to.",
      particles:
        "Leave Japanese particles and auxiliaries out, as queries and as keys. The other weights of each row are scaled up to what the row summed to.",
    },
    sinks: (number, names) =>
      `Here: ${number === "1" ? "one token" : `${number} tokens`} that more than .3 of the attention goes to, whatever the query, in a fifth of all heads or more: ${names}`,
    noSinks:
      "No token is a sink here: none gets more than .3 of the attention, whatever the query, in a fifth of all heads",
    neurons: "The neuron view takes single tokens apart, and its softmax runs over all of them",
    what: { special: "special tokens", sinks: "sinks", particles: "particles" },
    and: " and ",
    hidden: (what, share, within) =>
      `${what} left out, rows rescaled (they took **${share}** of ${within ? "that" : "the attention"})`,
    refused: (what) => `${what} stay: nothing else is in view`,
    inTexts: (from, to, share) =>
      `${from ?? "all"} → ${to} is **${share}** of what ${from === null ? "all queries" : `the queries of ${from}`} attend to, not rescaled`,
    between: (from, to) => `from ${from ?? "all texts"} to ${to ?? "all texts"}`,
    about: (share) => `about ${share}`,
    emptied: (rows, exact) =>
      `${exact ? "" : "at least "}${rows === "1" ? "one row has" : `${rows} rows have`} no weight left`,
  },
  ja: {
    texts: "文章",
    all: "すべて",
    queriesOf: "クエリの文",
    keysOf: "キーの文",
    textsMeaning: (from, to) =>
      `${from === null ? "すべてのクエリ" : `${from} のクエリだけ`}、${to === null ? "すべてのキー" : `${to} のキーだけ`}`,
    hide: "隠す",
    hides: { special: "特殊", sinks: "シンク", particles: "助詞" },
    hideMeaning: {
      special: "特殊トークンを行と列から除く。残りの重みは、行の和が変わらないように拡大する。",
      sinks:
        "クエリが何であっても大きな割合を集めるトークン（シンク）を列から除く。残りの重みは、行の和が変わらないように拡大する。",
      particles: "助詞と助動詞を行と列から除く。残りの重みは、行の和が変わらないように拡大する。",
    },
    sinks: (number, names) =>
      `ここでは ${number} 個：全ヘッドの 2 割以上で、クエリによらず .3 を超える注意を集める：${names}`,
    noSinks:
      "シンクはない：全ヘッドの 2 割以上で、クエリによらず .3 を超える注意を集めるトークンはない",
    neurons: "ニューロンビューはトークンごとの計算を示し、softmax はすべてのトークンにわたる",
    what: { special: "特殊トークン", sinks: "シンク", particles: "助詞" },
    and: "・",
    hidden: (what, share, within) =>
      `${what}を除き、行を拡大（除いた分は${within ? "そのうち " : "注意の "}**${share}**）`,
    refused: (what) => `${what}以外に何もないため、除いていない`,
    inTexts: (from, to, share) =>
      `${from ?? "すべて"} → ${to} は${from === null ? "クエリ全体" : ` ${from} のクエリ`}の注意の **${share}**、拡大なし`,
    between: (from, to) => `${from ?? "すべての文章"} から ${to ?? "すべての文章"} への`,
    about: (share) => `約 ${share}`,
    emptied: (rows, exact) => `${rows} 行${exact ? "" : "以上"}で重みが残らない`,
  },
};

/** Texts by name; by number too where two have one name, as messages of a chat. */
export function textNames(table: TokenTable): string[] {
  const { segments } = table;
  const clear = new Set(segments).size === segments.length;
  return segments.map((name, text) => (clear ? name : `${text + 1} ${name}`));
}

export interface Chosen {
  choice: Choice;
  /** Of the whole text, not of what is in view. */
  tables: { queries: TokenTable; keys: TokenTable };
  sinks: readonly number[];
  /** What was to be hidden and is not. */
  refused: readonly Hide[];
  /** null while it is not known. */
  mass: Mass | null;
}

/** What is left out of view, and how much attention that takes with it. */
export function chosenSentences(words: ChoiceWords, chosen: Chosen): string[] {
  const { choice, refused, mass } = chosen;
  const said: string[] = [];
  const share = (part: number): string =>
    mass?.exact ? percent(part) : words.about(percent(part));
  if (choice.texts !== null && mass !== null) {
    const [from, to] = namesOf(choice.texts, chosen.tables);
    said.push(
      to === null ? words.textsMeaning(from, to) : words.inTexts(from, to, share(mass.inTexts)),
    );
  }
  const within = choice.texts !== null && choice.texts[1] !== null;
  const list = (hides: readonly Hide[]): string =>
    hides.map((what) => words.what[what]).join(words.and);
  const gone = choice.hide.filter((what) => !refused.includes(what) && has(chosen, what));
  if (gone.length > 0 && mass !== null) {
    said.push(words.hidden(list(gone), share(mass.hidden), within));
    if (mass.empty > 0) said.push(words.emptied(count(mass.empty), mass.exact));
  }
  if (refused.length > 0) said.push(words.refused(list(refused)));
  if (choice.hide.includes("sinks") && chosen.sinks.length === 0) said.push(words.noSinks);
  return said;
}

export function namesOf(
  [from, to]: Texts,
  { queries, keys }: Chosen["tables"],
): [string | null, string | null] {
  const name = (table: TokenTable, text: number | null): string | null =>
    text === null ? null : (textNames(table)[text] ?? null);
  return [name(queries, from), name(keys, to)];
}

/** Whether there is anything of that kind to hide. */
function has({ choice, tables, sinks }: Chosen, what: Hide): boolean {
  const either = (test: (table: TokenTable) => boolean): boolean =>
    test(tables.queries) || test(tables.keys);
  if (what === "special") return either(hasSpecial);
  if (what === "sinks") return sinks.length > 0;
  return choice.by === "word" && either(hasFunctionWords);
}
