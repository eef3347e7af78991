import { describe, expect, test } from "vitest";
import { type Choice, EVERYTHING } from "../../src/attention/choice";
import { CHOICE_WORDS, type Chosen, chosenSentences, textNames } from "../../src/text/choice";
import { PAIR, TABLE } from "../attention/texts";

const mass = { inTexts: 0.25, hidden: 0.413, empty: 0, exact: true };

function said(choice: Partial<Choice>, other: Partial<Chosen> = {}, lang: "en" | "ja" = "en") {
  return chosenSentences(CHOICE_WORDS[lang], {
    choice: { ...EVERYTHING, ...choice },
    tables: { queries: PAIR, keys: PAIR },
    sinks: [],
    refused: [],
    mass,
    ...other,
  });
}

describe("what the page says of a choice", () => {
  test("nothing of everything", () => {
    expect(said({})).toEqual([]);
    expect(said({ by: "sentence" })).toEqual([]);
  });

  test("what is hidden and what it took", () => {
    expect(said({ hide: ["special"] })).toEqual([
      "special tokens left out, rows rescaled (they took **41.3\u2009%** of the attention)",
    ]);
    expect(said({ hide: ["special", "sinks"] }, { sinks: [0] })[0]).toContain(
      "special tokens and sinks left out",
    );
    expect(said({ hide: ["special"] }, {}, "ja")).toEqual([
      "特殊トークンを除き、行を拡大（除いた分は注意の **41.3\u2009%**）",
    ]);
  });

  test("only of what the text has", () => {
    const tables = { queries: TABLE, keys: TABLE };
    expect(said({ hide: ["particles"] }, { tables })).toEqual([]);
    expect(said({ hide: ["particles"], by: "word" }, { tables })).toHaveLength(1);
    expect(said({ hide: ["sinks"] })).toEqual([CHOICE_WORDS.en.noSinks]);
  });

  test("texts and their share, which is not rescaled", () => {
    expect(said({ texts: [0, 1] })).toEqual([
      "A → B is **25.0\u2009%** of what the queries of A attend to, not rescaled",
    ]);
    expect(said({ texts: [1, null] })).toEqual(["Only queries of B, all keys"]);
    expect(said({ texts: [0, 1], hide: ["special"] })[1]).toContain("of that)");
  });

  test("that a share is a sample's, that rows are empty, that something stays", () => {
    const some = { mass: { ...mass, exact: false, empty: 2 } };
    expect(said({ hide: ["special"] }, some)).toEqual([
      "special tokens left out, rows rescaled (they took **about 41.3\u2009%** of the attention)",
      "at least 2 rows have no weight left",
    ]);
    expect(said({ hide: ["special"] }, { refused: ["special"] })).toEqual([
      "special tokens stay: nothing else is in view",
    ]);
  });
});

test("messages of one speaker are told apart by number", () => {
  expect(textNames(PAIR)).toEqual(["A", "B"]);
  const chat = { ...PAIR, segments: ["user", "assistant", "user"] };
  expect(textNames(chat)).toEqual(["1 user", "2 assistant", "3 user"]);
});
