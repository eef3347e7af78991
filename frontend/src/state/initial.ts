/** The state a page opens with, and how any wish is made to fit what the page carries. */

import { type By, members } from "../attention/units";
import type { Kind, Payload, TokenTable, TracePayload } from "../payload/schema";
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
  key?: number | null;
  over?: State["over"];
  toward?: State["toward"];
  threshold?: number;
  pane?: State["pane"];
  by?: By;
  content?: boolean;
}

/** The nearest state that the page can show. */
export function fitted(payload: Payload, wish: Wish): State {
  const trace = clamp(wish.trace ?? 0, payload.traces.length);
  const pane = paneOf(payload.view, wish.pane);
  // Neurons belong to tokens.
  const by = pane === "neuron" ? "token" : (wish.by ?? "token");
  const fit = fitToTrace(payload.traces[trace] as TracePayload, {
    ...wish,
    by,
  });
  const threshold = wish.threshold ?? THRESHOLD;
  return {
    trace,
    by,
    content: wish.content ?? false,
    ...fit,
    hover: null,
    hoverKey: null,
    threshold: Math.min(1, Math.max(0, threshold)),
    orientation: null,
    find: "",
    pane,
    toward: wish.toward ?? "keys",
    neurons: "contribution",
  };
}

/** Only an explore page has all panes. */
function paneOf(view: Payload["view"], wanted: State["pane"] = "head"): State["pane"] {
  if (view === "explore") return wanted;
  return view === "model" ? "head" : view;
}

/** Layer, heads, token and the like that a text and one kind of its attention really have. */
export function fitToTrace(
  trace: TracePayload,
  wish: Wish,
): Pick<State, "kind" | "layer" | "heads" | "head" | "token" | "key" | "over"> {
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
  const choice = { by: wish.by ?? "token", content: wish.content ?? false };
  const units = (table: TokenTable | undefined): number =>
    table === undefined ? 0 : members(table, choice).length;
  const token = isPlace(wish.token, units(trace.tokens[group.queries])) ? wish.token : null;
  const apart = group.queries !== group.keys;
  const key = apart && isPlace(wish.key, units(trace.tokens[group.keys])) ? wish.key : null;
  const rolled = group.rollout !== null && typeof group.rollout === "object";
  const over = wish.over === "rollout" && !rolled ? "mean" : (wish.over ?? "head");
  return { kind: group.kind, layer, heads, head, token, key, over };
}

function isPlace(value: number | null | undefined, count: number): value is number {
  return value != null && Number.isInteger(value) && value >= 0 && value < count;
}

function clamp(value: number, count: number): number {
  return Number.isInteger(value) ? Math.min(Math.max(0, value), count - 1) : 0;
}
