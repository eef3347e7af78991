/** What every view is: built once into an element, then told of each change of state. */

import type { TraceSource } from "../attention/source";
import type { Theme } from "../draw/colour";
import type { Payload } from "../payload/schema";
import type { State, Store } from "../state/state";
import type { Strings } from "../text/strings";
import type { Bubbles } from "../ui/bubble";
import type { Tooltip } from "../ui/tooltip";

export interface Context {
  payload: Payload;
  store: Store;
  strings: Strings;
  tooltip: Tooltip;
  /** Help beside the titles. */
  bubbles: Bubbles;
  /** Follows light and dark; ask for it at each drawing. */
  theme(): Theme;
  /** On its way to paper: the page is laid out for a sheet, and nothing can be scrolled to. */
  paper(): boolean;
  /** Why the layer that the state names cannot be shown, as a sentence; null where nothing failed. */
  problem(state: State): string | null;
  /** The trace that the state names. */
  source(state: State): TraceSource;
}

/** The frame of the page (`app.ts`) owns what views have in common: the bar above the head or neuron
 *  view (its title or the switch between both, layer stepper, head chips, orientation), the controls,
 *  the status line, keyboard shortcuts, and the call for a layer that is not loaded; it calls `update`
 *  again once a layer is there. A view draws what is below its bar. */
export interface View {
  element: HTMLElement;
  /** Draws what the state says; called after every change of state, of size and of theme. */
  update(state: State): void;
  /** Sentences for the status line, for what is drawn now; what stands between two `**` is bold. */
  status(): string[];
  /** Whether all that is in view has been drawn; a long text takes several frames. */
  complete?(): boolean;
  /** The queries in view, where not all of them may be. */
  seen?(): { first: number; end: number } | null;
  /** A key that no control wanted, while this view is shown; true where it means something here. */
  key?(event: KeyboardEvent): boolean;
  destroy(): void;
}

export type ViewFactory = (context: Context) => View;
