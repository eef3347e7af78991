/** The keyboard's twin of the pointer: it moves, pins and switches without a click. */

import type { State, Store } from "../state/state";

/** What a single key does on the page as a whole. */
const ACTIONS = {
  "/": "find",
  n: "nextMatch",
  N: "matchBefore",
  "[": "layerBefore",
  "]": "nextLayer",
  h: "nextHead",
  H: "headBefore",
  a: "allHeads",
  v: "nextView",
  V: "viewBefore",
  "-": "fewerLines",
  "+": "moreLines",
  // The same key as `+` on many keyboards, without Shift.
  "=": "moreLines",
  o: "direction",
  u: "units",
  k: "kind",
  t: "nextText",
  T: "textBefore",
  m: "fold",
  "?": "help",
} as const satisfies Record<string, string>;

export type Action = (typeof ACTIONS)[keyof typeof ACTIONS];

export const ACTION_KEYS = Object.keys(ACTIONS);

export interface KeyTarget {
  store: Store;
  /** Sizes of what is shown now. */
  sizes(state: State): { queries: number; keys: number; heads: number };
  toggle(head: number): void;
  act: Record<Action, () => void>;
  /** A key that means something to the view that is shown; true where it was taken. */
  own(event: KeyboardEvent): boolean;
  /** Shortcuts of a single character can be switched off: whoever speaks to the page types at random. */
  shortcuts: { on: boolean };
}

export function actionOf(key: string): Action | null {
  return Object.hasOwn(ACTIONS, key) ? ACTIONS[key as keyof typeof ACTIONS] : null;
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowUp: -1,
  ArrowLeft: -1,
  ArrowDown: 1,
  ArrowRight: 1,
};

/** What a key changes; null where it means nothing here. */
export function keyChange(
  key: string,
  shift: boolean,
  state: State,
  sizes: { queries: number; keys: number },
): Partial<State> | null {
  const step = STEPS[key];
  if (step !== undefined) {
    if (shift) return { hoverKey: moved(state.hoverKey, step, sizes.keys, 0) };
    return { hover: moved(state.hover, step, sizes.queries, state.token ?? (step > 0 ? -1 : 1)) };
  }
  if (key === "Home" || key === "End") return { hover: key === "Home" ? 0 : sizes.queries - 1 };
  if (key === "Enter" && state.hover !== null) {
    return { token: state.hover === state.token ? null : state.hover };
  }
  if (key === "Escape") return { token: null, key: null, hover: null, hoverKey: null };
  return null;
}

function moved(at: number | null, step: number, count: number, origin: number): number {
  return Math.max(0, Math.min(count - 1, (at ?? origin) + step));
}

/** Where every key belongs to the element: what is typed into it, or said over it. */
const TYPING = "input:not([type=checkbox], [type=range]), select, textarea, dialog, dialog *";
/** Elements that want the arrow keys for themselves. */
const MOVING = "input, [role=radio], [role=application]:not([data-keys])";

/** Listens on the document, but leaves keys alone that a focused control wants for itself. */
export function listenForKeys(root: HTMLElement, target: KeyTarget): () => void {
  function onKey(event: KeyboardEvent): void {
    // AltGr, which some keyboards need for brackets, reads as Ctrl and Alt together.
    const modified = (event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph");
    if (event.defaultPrevented || event.isComposing || modified || event.metaKey) return;
    const from = event.target;
    if (!(from instanceof HTMLElement)) return;
    if (from.matches(TYPING) || !wanted(event.key, from, root)) return;
    if (event.key.length === 1 && !target.shortcuts.on) return;
    if (handle(event)) event.preventDefault();
  }

  function handle(event: KeyboardEvent): boolean {
    const { key } = event;
    const state = target.store.get();
    const sizes = target.sizes(state);
    if (/^\d$/.test(key)) {
      if (Number(key) < sizes.heads) target.toggle(Number(key));
      return true;
    }
    const action = actionOf(key);
    if (action !== null) {
      target.act[action]();
      return true;
    }
    if (target.own(event)) return true;
    const change = keyChange(key, event.shiftKey, state, sizes);
    if (change !== null) target.store.set(change);
    return change !== null;
  }

  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

/** Whether a key is ours while `from` has the focus: a button keeps Enter, a slider its arrows. */
function wanted(key: string, from: HTMLElement, root: HTMLElement): boolean {
  const free = from === document.body || from === root || from.matches("[data-keys]");
  if (free) return true;
  if (key === "Enter") return false;
  return !((key in STEPS || key === "Home" || key === "End") && from.matches(MOVING));
}
