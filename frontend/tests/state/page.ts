/** A page with a pair of three tokens, the second of them special, two layers of four heads. */

import type { Payload } from "../../src/payload/schema";

export const payload = {
  view: "explore",
  traces: [
    {
      title: "one",
      tokens: [
        { label: ["a", "b", "c"], segment: [0, 0, 1], segments: ["A", "B"], flags: [0, 1, 0] },
      ],
      groups: [
        { kind: "encoder", queries: 0, keys: 0, sinks: [], layers: [{ heads: 4 }, { heads: 4 }] },
      ],
    },
  ],
} as unknown as Payload;
