/** The state a page opens with, and how any wish is made to fit what the page carries. */

import { type By, members } from "../attention/units";
import type { Kind, Payload, TracePayload } from "../payload/schema";
import type { State } from "./state";

/** Lines below this weight are not drawn unless asked for. */
export const THRESHOLD = 0.04;

/** The lines of so many heads can still be told apart; of more, the first few are on when a page opens,
 *  those whose colours lie farthest apart. */
const MOST_AT_ONCE = 6;
const FIRST_HEADS = 4;

/** What someone would like to see: from Python, from the address, or from a control. */
export interface Wish {
  trace?: number;
  kind?: Kind;
  layer?: number;
  heads?: number[];
  head?: number;
  token?: number | null;
  threshold?: number;
  pane?: State["pane"];
  by?: By;
  content?: boolean;
  orientation?: State["orientation"];
  find?: string;
  neurons?: State["neurons"];
}

/** The nearest state that the page can show. */
export function fitted(payload: Payload, wish: Wish): State {
  const trace = clamp(wish.trace ?? 0, payload.traces.length);
  const pane = paneOf(payload.view, wish.pane);
  // Neurons belong to tokens.
  const by = pane === "neuron" ? "token" : (wish.by ?? "token");
  const { kind, layer, heads, head, token } = fitToTrace(payload.traces[trace] as TracePayload, {
    ...wish,
    by,
  });
  const threshold = wish.threshold ?? THRESHOLD;
  return {
    trace,
    kind,
    by,
    content: wish.content ?? false,
    layer,
    heads,
    head,
    token,
    hover: null,
    hoverKey: null,
    threshold: Math.min(1, Math.max(0, threshold)),
    orientation: wish.orientation ?? null,
    find: wish.find ?? "",
    pane,
    neurons: wish.neurons ?? "contribution",
  };
}

/** Only an explore page has both panes. */
function paneOf(view: Payload["view"], wanted: State["pane"] = "head"): State["pane"] {
  if (view === "explore") return wanted;
  return view === "neuron" ? "neuron" : "head";
}

/** Layer, heads and token that a text and one kind of its attention really have. */
export function fitToTrace(
  trace: TracePayload,
  wish: Wish,
): Pick<State, "kind" | "layer" | "heads" | "head" | "token"> {
  const group = trace.groups.find((one) => one.kind === wish.kind) ?? trace.groups[0];
  if (group === undefined) throw new Error(`The text “${trace.title}” carries no attention.`);
  const layer = clamp(wish.layer ?? 0, group.layers.length);
  const count = group.layers[layer]?.heads ?? 1;
  const asked = (wish.heads ?? []).filter((head) => isPlace(head, count));
  const heads =
    asked.length > 0
      ? [...new Set(asked)].sort((a, b) => a - b)
      : Array.from({ length: count > MOST_AT_ONCE ? FIRST_HEADS : count }, (_, head) => head);
  const head = isPlace(wish.head, count) ? wish.head : (heads[0] as number);
  const table = trace.tokens[group.queries];
  const choice = { by: wish.by ?? "token", content: wish.content ?? false };
  const queries = table === undefined ? 0 : members(table, choice).length;
  const token = isPlace(wish.token, queries) ? wish.token : null;
  return { kind: group.kind, layer, heads, head, token };
}

function isPlace(value: number | null | undefined, count: number): value is number {
  return value != null && Number.isInteger(value) && value >= 0 && value < count;
}

function clamp(value: number, count: number): number {
  return Number.isInteger(value) ? Math.min(Math.max(0, value), count - 1) : 0;
}
