import { describe, expect, test } from "vitest";
import { EN } from "../../src/text/en";
import { HELP_WORDS } from "../../src/text/help";
import { JA } from "../../src/text/ja";
import { ACTION_KEYS } from "../../src/ui/keyboard";

const LANGS = ["en", "ja"] as const;

describe("help", () => {
  test.each(LANGS)("every shortcut of one key is in the sheet (%s)", (lang) => {
    const rows = HELP_WORDS[lang].shortcuts.flatMap((section) => section.rows);
    const written = new Set(rows.flatMap((row) => row.keys));
    // Minus is written as the sign, and `=` is `+` without Shift.
    const expected = ACTION_KEYS.filter((key) => key !== "=").map((key) =>
      key === "-" ? "−" : key,
    );
    for (const key of expected) expect(written).toContain(key);
  });

  test.each([EN, JA])("a view has one name in its title and where it is explained", (strings) => {
    const { explanations } = strings.guide;
    expect(explanations.text.title).toBe(strings.panes.text);
    expect(explanations.head.title).toBe(strings.panes.head);
    expect(explanations.neuron.title).toBe(strings.panes.neuron);
    expect(explanations.image.title).toBe(strings.textView.imageView);
  });

  test("both languages name the same keys for the same parts of the page", () => {
    const keys = (lang: "en" | "ja") =>
      HELP_WORDS[lang].shortcuts.map(({ rows, needs }) => [
        needs,
        rows.map((row) => [row.needs, row.keys]),
      ]);
    expect(keys("ja")).toEqual(keys("en"));
  });

  test.each(LANGS)(
    "a view is explained in two sentences and a limit, of one sentence each (%s)",
    (lang) => {
      const end = lang === "ja" ? "。" : ".";
      for (const { see, first, limit } of Object.values(HELP_WORDS[lang].explanations)) {
        for (const sentence of [see, first, limit]) {
          expect(sentence.indexOf(end)).toBe(sentence.length - 1);
        }
      }
    },
  );
});
