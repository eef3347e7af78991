/** Python makes a selection fit by the same rules: `tests/views/test_fitting.py` reads the same table. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sidesOf } from "../../src/attention/units";
import { TRAITS } from "../../src/live/selection";
import type { Group, Payload, TracePayload } from "../../src/payload/schema";
import { fitted, type Wish } from "../../src/state/initial";
import { choiceOf } from "../../src/state/state";

interface Table {
  traces: Record<string, TracePayload>;
  cases: {
    says: string;
    view: Payload["view"];
    traces: string[];
    wish: Wish;
    selected: Record<string, unknown>;
  }[];
}

const table = JSON.parse(
  readFileSync(new URL("../../../tests/views/fitting.json", import.meta.url), "utf8"),
) as Table;

test.each(table.cases)("$says", ({ view, traces, wish, selected }) => {
  const payload = { view, traces: traces.map((name) => table.traces[name]) } as unknown as Payload;
  const state = fitted(payload, wish);
  const trace = payload.traces[state.trace] as TracePayload;
  const group = trace.groups.find(({ kind }) => kind === state.kind) as Group;
  const { place } = sidesOf(trace.tokens, group, choiceOf(state)).queries;
  const token = state.token === null ? null : place[state.token];
  const found = Object.fromEntries(TRAITS.map((name) => [name, state[name]]));
  expect({ ...found, token }).toEqual(selected);
});
