/**
 * The door for Python: V8 alone, without a page, a clock or a font.
 *
 * It becomes a script of its own (`attnviz/static/figures.js`) that leaves one function behind.
 */

import { asChosen } from "../attention/chosen";
import { traceSource } from "../attention/trace";
import { theme } from "../draw/colour";
import { checkSchema } from "../payload/decode";
import type { Payload } from "../payload/schema";
import { fitted } from "../state/initial";
import { choiceOf } from "../state/state";
import { strings } from "../text/strings";
import { tableWidth } from "../text/widths";
import { drawFigure, FigureError, LONGEST } from "./index";

interface Asked {
  payload: Payload;
  dark: boolean;
  width: number | null;
  enlarged: boolean;
  orientation: "vertical" | "horizontal" | null;
  /** Of a text that runs longer, the part from the pinned token on is drawn; null refuses such a text. */
  longest: number | null;
}

interface Drawn {
  svg?: string;
  /** Why not, where the person can do something about it. */
  refused?: string;
  /** Anything else. */
  failed?: string;
}

const scope = globalThis as unknown as {
  /** Unpacked chunks by name, put here by Python. */
  attnvizChunks: Record<string, ArrayBuffer>;
  attnvizFigure: (asked: string) => void;
  /** Its answer. Nothing here waits for anything, so it is there when the call has come back. */
  attnvizDrawn: string;
};

scope.attnvizChunks = {};
scope.attnvizDrawn = "{}";
scope.attnvizFigure = (asked) => {
  draw(JSON.parse(asked) as Asked).then((drawn) => {
    scope.attnvizDrawn = JSON.stringify(drawn);
  });
};

async function draw(asked: Asked): Promise<Drawn> {
  const { payload, dark, width, enlarged, orientation, longest } = asked;
  try {
    checkSchema(payload);
    const state = { ...fitted(payload, payload.initial), orientation };
    const trace = payload.traces[state.trace];
    if (trace === undefined) return { failed: `There is no text ${state.trace}.` };
    const base = traceSource(trace, async (id) => {
      const chunk = scope.attnvizChunks[id];
      if (chunk === undefined) throw new Error(`The data of ${id} was not handed over.`);
      return chunk;
    });
    const svg = await drawFigure(payload.view, {
      source: asChosen(base, choiceOf(state)),
      state,
      theme: theme(dark),
      // There is no browser whose language could be followed.
      strings: strings(payload.lang ?? "en"),
      measure: tableWidth,
      width,
      enlarged,
      view: longest === null ? null : { first: state.token ?? 0, end: Number.POSITIVE_INFINITY },
      longest: longest ?? LONGEST,
    });
    return { svg };
  } catch (error) {
    if (error instanceof FigureError) return { refused: error.message };
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
