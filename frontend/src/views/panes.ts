/** Which views a page holds. */

import type { Payload } from "../payload/schema";
import type { PaneName } from "../state/state";
import type { Part, Topic } from "../text/help";

/** The views of which one is shown, beside the model view or alone. */
export const PANES: Record<Payload["view"], readonly PaneName[]> = {
  head: ["head"],
  model: ["head"],
  neuron: ["neuron"],
  text: ["text"],
  explore: ["head", "neuron", "text"],
};

/** The views of a page that the sheet explains, and the parts whose keys it names. */
export function topicsOf({ view }: Payload): Topic[] {
  return [...(hasModel(view) ? (["model"] as const) : []), ...PANES[view]];
}

export function partsOf(payload: Payload): Set<Part> {
  const parts = new Set<Part>(topicsOf(payload).filter((topic) => topic !== "text"));
  if (PANES[payload.view].length > 1) parts.add("panes");
  if (payload.traces.length > 1) parts.add("texts");
  if (payload.traces.some((trace) => trace.groups.length > 1)) parts.add("kinds");
  return parts;
}

export function hasModel(view: Payload["view"]): boolean {
  return view === "model" || view === "explore";
}
