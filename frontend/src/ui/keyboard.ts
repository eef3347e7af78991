/** The keyboard's twin of the pointer: it moves, pins and switches without a click. */

import type { State, Store } from "../state/state";

export interface KeyTarget {
  store: Store;
  /** Sizes of what is shown now. */
  sizes(state: State): { queries: number; keys: number; layers: number; heads: number };
  /** What an arrow or Enter changes in the view that is shown, where that view has its own way. */
  move?(key: string, state: State): Partial<State> | null;
  toggle(head: number): void;
  layer(by: number): void;
  find(): void;
  /** Goes to the next match, or back to the one before. */
  go(back: boolean): void;
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
  if (key === "Enter" && state.hover !== null) {
    return { token: state.hover === state.token ? null : state.hover };
  }
  if (key === "Escape") return { token: null, key: null, hover: null, hoverKey: null };
  return null;
}

function moved(at: number | null, step: number, count: number, origin: number): number {
  return Math.max(0, Math.min(count - 1, (at ?? origin) + step));
}

/** Listens on the document, but leaves keys alone that a focused control wants for itself. */
export function listenForKeys(root: HTMLElement, target: KeyTarget): () => void {
  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const from = event.target as HTMLElement;
    // A box that was ticked wants the space bar alone.
    const box = from.matches("input[type=checkbox]");
    const ours = box || from === document.body || from === root || from.matches("[data-keys]");
    if (!box && from.matches("input, select, textarea")) return;
    if (!ours && isMove(event.key)) return;
    const state = target.store.get();
    const sizes = target.sizes(state);
    if (/^\d$/.test(event.key)) {
      if (Number(event.key) < sizes.heads) target.toggle(Number(event.key));
    } else if (event.key === "/") target.find();
    else if (event.key === "n" || event.key === "N") target.go(event.key === "N");
    else if (event.key === "[" || event.key === "]") target.layer(event.key === "[" ? -1 : 1);
    else {
      const own = event.shiftKey ? null : (target.move?.(event.key, state) ?? null);
      const change = own ?? keyChange(event.key, event.shiftKey, state, sizes);
      if (change === null) return;
      target.store.set(change);
    }
    event.preventDefault();
  }
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

function isMove(key: string): boolean {
  return key in STEPS || key === "Enter";
}
