/**
 * Units placed in the running text: from a table of tokens (or words, or sentences) to the paragraphs that
 * a person reads. No element is touched here.
 *
 * Units may share characters (the bytes of one emoji), leave some out (blanks), and run on over a blank
 * line (a sentence), so the text is cut wherever any unit begins or ends.
 */

import { isImageAlone, patchesOf } from "../../attention/patches";
import type { TokenTable } from "../../payload/schema";

/** A stretch of text and the units that stand there; none for blanks and what no token stands for. */
export interface Run {
  text: string;
  units: number[];
}

export interface Paragraph {
  kind: "paragraph";
  /** A short first line over a longer text. */
  title: boolean;
  runs: Run[];
}

/** The image in its place in the text. */
export interface Patches {
  kind: "patches";
  units: number[];
}

export type Block = Paragraph | Patches;

/** One text: the first, its pair, or a message of a chat. */
export interface Passage {
  /** Its name where there are several, else null. */
  name: string | null;
  blocks: Block[];
}

interface Span {
  unit: number;
  start: number;
  end: number;
}

/** Longer first lines are no titles, and a title has more text than this many times its own below it. */
const TITLE = { most: 80, times: 4 };
const SENTENCE_END = /[.!?。！？…:：,，、;；]\s*$/u;
const BLANK_LINE = /\r?\n(?:[^\S\n]*\r?\n)+/g;

export function passagesOf(table: TokenTable): Passage[] {
  const patches = patchesOf(table);
  if (isImageAlone(table)) {
    return [{ name: null, blocks: [{ kind: "patches", units: patches }] }];
  }
  const named = table.texts.length > 1 || !isPlain(table.segments[0]);
  const hole = holeOf(table, patches);
  return table.texts.map((text, segment) => {
    const spans = spansOf(table, segment);
    const titled = isPlain(table.segments[segment]);
    const name = named ? (table.segments[segment] ?? null) : null;
    if (hole === null || hole.segment !== segment) {
      return { name, blocks: paragraphs(text, spans, 0, text.length, titled) };
    }
    return {
      name,
      blocks: [
        ...paragraphs(text, spans, 0, hole.start, false),
        { kind: "patches", units: patches },
        ...paragraphs(text, spans, hole.end, text.length, false),
      ],
    };
  });
}

/** The units that stand in the text or on the image; all others were added to it. */
export function placedUnits(passages: readonly Passage[]): Set<number> {
  const blocks = passages.flatMap((passage) => passage.blocks);
  return new Set(
    blocks.flatMap((block) =>
      block.kind === "patches" ? block.units : block.runs.flatMap((run) => run.units),
    ),
  );
}

/** A text or its pair, as opposed to a message of a chat, whose first line is no title. */
function isPlain(name: string | undefined): boolean {
  return name === "A" || name === "B";
}

/** Where the image stands: between the units around its patches, in place of what stood there for it. */
function holeOf(
  table: TokenTable,
  patches: readonly number[],
): { segment: number; start: number; end: number } | null {
  const first = patches[0];
  const last = patches.at(-1);
  if (first === undefined || last === undefined) return null;
  const placed = (unit: number): boolean => table.start[unit] !== null;
  const units = table.start.map((_, unit) => unit).filter(placed);
  const before = units.findLast((unit) => unit < first);
  const after = units.find((unit) => unit > last);
  const segment = table.segment[after ?? before ?? -1] ?? 0;
  const own = (unit: number | undefined): unit is number =>
    unit !== undefined && table.segment[unit] === segment;
  const start = own(before) ? (table.end[before] as number) : 0;
  const end = own(after) ? (table.start[after] as number) : (table.texts[segment] ?? "").length;
  return { segment, start, end: Math.max(start, end) };
}

function spansOf(table: TokenTable, segment: number): Span[] {
  const spans: Span[] = [];
  for (const [unit, start] of table.start.entries()) {
    const end = table.end[unit] ?? null;
    if (table.segment[unit] === segment && start !== null && end !== null && end > start) {
      spans.push({ unit, start, end });
    }
  }
  return spans.sort((a, b) => a.start - b.start);
}

function paragraphs(
  text: string,
  spans: readonly Span[],
  from: number,
  to: number,
  titled: boolean,
): Paragraph[] {
  const title = titled ? titleEnd(text) : 0;
  const found: Paragraph[] = [];
  const add = (start: number, end: number, isTitle: boolean): void => {
    const [first, last] = trimmed(text, start, end);
    if (first < last) {
      found.push({ kind: "paragraph", title: isTitle, runs: runs(text, spans, first, last) });
    }
  };
  if (title > from) add(from, title, true);
  let start = Math.max(from, title);
  for (const blank of text.matchAll(BLANK_LINE)) {
    if (blank.index < start || blank.index >= to) continue;
    add(start, blank.index, false);
    start = blank.index + blank[0].length;
  }
  add(start, to, false);
  return found;
}

/** Where the title of a text ends; 0 where it has none. */
function titleEnd(text: string): number {
  const opening = text.length - text.trimStart().length;
  const end = text.indexOf("\n", opening);
  if (end < 0) return 0;
  const line = text.slice(opening, end).trim();
  const rest = text.slice(end).trim();
  const isTitle =
    line.length <= TITLE.most &&
    !SENTENCE_END.test(line) &&
    rest.length > TITLE.times * line.length;
  return isTitle ? end : 0;
}

/** Blanks and line ends around a paragraph say nothing. */
function trimmed(text: string, start: number, end: number): [number, number] {
  const part = text.slice(start, end);
  const first = start + part.length - part.trimStart().length;
  return [first, Math.max(first, start + part.trimEnd().length)];
}

function runs(text: string, spans: readonly Span[], from: number, to: number): Run[] {
  const inside = spans.filter((span) => span.end > from && span.start < to);
  const edges = new Set([from, to]);
  for (const { start, end } of inside) {
    edges.add(Math.max(from, start));
    edges.add(Math.min(to, end));
  }
  const sorted = [...edges].sort((a, b) => a - b);
  const found: Run[] = [];
  let next = 0;
  let open: Span[] = [];
  for (const [i, start] of sorted.entries()) {
    const end = sorted[i + 1];
    if (end === undefined) break;
    while (next < inside.length && (inside[next] as Span).start <= start) {
      open.push(inside[next] as Span);
      next += 1;
    }
    open = open.filter((span) => span.end > start);
    found.push({ text: text.slice(start, end), units: open.map((span) => span.unit) });
  }
  return found;
}

/** What follows a unit in its text, on one line. */
export function following(table: TokenTable, unit: number, most: number): string {
  const segment = table.segment[unit] ?? null;
  const end = table.end[unit] ?? null;
  if (segment === null || end === null) return "";
  const text = table.texts[segment] ?? "";
  return text
    .slice(end, end + most)
    .replace(/\s+/g, " ")
    .trim();
}
