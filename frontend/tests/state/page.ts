/** A page with one text of three tokens, two layers of four heads. */

import type { Payload } from "../../src/payload/schema";

export const payload = {
  view: "explore",
  traces: [
    {
      title: "one",
      tokens: [{ label: ["a", "b", "c"] }],
      groups: [{ kind: "encoder", queries: 0, keys: 0, layers: [{ heads: 4 }, { heads: 4 }] }],
    },
  ],
} as unknown as Payload;
