import { expect, test } from "vitest";
import { type Block, following, passagesOf } from "../../../src/views/text/passages";
import { tableOf } from "./table";

/** Each paragraph as `word(unit)` and plain text, patches as `▦units`. */
function written(blocks: readonly Block[]): string[] {
  return blocks.map((block) =>
    block.kind === "patches"
      ? `▦${block.units.join()}`
      : `${block.title ? "# " : ""}${block.runs
          .map(({ text, units }) => (units.length > 0 ? `${text}(${units.join("+")})` : text))
          .join("")}`,
  );
}

const blocks = (...given: Parameters<typeof tableOf>): string[] =>
  passagesOf(tableOf(...given)).flatMap((passage) => written(passage.blocks));

test("units stand where they are in the text, and what no unit stands for stays", () => {
  expect(blocks(["The cat, too."], [[null, "The", "cat", "too", "."]])).toEqual([
    "The(1) cat(2), too(3).(4)",
  ]);
});

test("a blank line parts paragraphs, a single line end does not", () => {
  expect(blocks(["One.\nTwo.\n \nThree."], [["One.", "Two.", "Three."]])).toEqual([
    "One.(0)\nTwo.(1)",
    "Three.(2)",
  ]);
});

test("a unit that runs on over a blank line stands in both paragraphs", () => {
  expect(blocks(["so\n\non, end."], [["so\n\non", "end"]])).toEqual(["so(0)", "on(0), end(1)."]);
});

test("tokens that share characters share a run, those that overlap part it", () => {
  const shared = tableOf(["a👍b"], [["a", "👍", "b"]]);
  shared.start.splice(1, 1, 1, 1);
  shared.end.splice(1, 1, 3, 3);
  shared.segment.push(0);
  expect(passagesOf(shared).flatMap(({ blocks }) => written(blocks))).toEqual(["a(0)👍(1+2)b(3)"]);
  const over = tableOf(["abc"], [["ab", "c"]]);
  over.start[1] = 1;
  expect(passagesOf(over).flatMap(({ blocks }) => written(blocks))).toEqual(["a(0)b(0+1)c(1)"]);
});

test.each([
  ["Rain\nIt rains today, and it will rain tomorrow.", ["# Rain", "It rains"]],
  ["It rains.\nIt rains today, and it will rain tomorrow.", ["It rains.\nIt rains"]],
  ["Rain falls\nand falls", ["Rain falls\nand falls"]],
])("a short first line over a longer text is its title: %j", (text, starts) => {
  const found = blocks([text], [[]]);
  expect(found).toHaveLength(starts.length);
  for (const [i, start] of starts.entries()) expect(found[i]?.startsWith(start)).toBe(true);
});

test("a pair has names, one text has none, messages have their roles and no titles", () => {
  const names = (...given: Parameters<typeof tableOf>) =>
    passagesOf(tableOf(...given)).map((passage) => passage.name);
  expect(names(["a"], [["a"]])).toEqual([null]);
  expect(names(["a", "b"], [["a"], ["b"]])).toEqual(["A", "B"]);
  const long = `Hello\n\n${"and so on ".repeat(9)}`;
  const chat = passagesOf(tableOf([long], [["Hello"]], { segments: ["user"] }));
  expect(chat[0]?.name).toBe("user");
  expect(written(chat[0]?.blocks ?? [])[0]).toBe("Hello(0)");
});

test("the image stands in the text in place of what stood there for it", () => {
  expect(blocks(["see <image> here"], [["see", "patch", "patch", "here"]])).toEqual([
    "see(0)",
    "▦1,2",
    "here(3)",
  ]);
  expect(blocks(["<image>cat"], [[null, "patch", "cat"]])).toEqual(["▦1", "cat(2)"]);
  expect(blocks(["<image>"], [["patch"]])).toEqual(["▦0"]);
});

test("what follows a unit is one line of its text", () => {
  const table = tableOf(["a b\n\nc d"], [[null, "a", "b"]]);
  expect(following(table, 1, 5)).toBe("b c");
  expect(following(table, 0, 5)).toBe("");
});
