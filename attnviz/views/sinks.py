"""Keys that take a large share of the attention whatever the query says.

The rule is that of Gu et al., "When Attention Sink Emerges in Language Models: An Empirical View" (ICLR
2025): in one head a key is a sink where the queries that see it give it more than 0.3 on average. They look
at the first token of texts of 64 tokens; here any key may be one, of a text of any length, which asks for
two more conditions: at least half of the queries see it (few of them tell nothing about all), and it gets at
least twice what even attention would give it (in a causal text of eight tokens that is 0.34 for the first).

A token is called a sink of a whole model where this holds for a fifth of all heads. Real sinks are far above
that: `[CLS]` is one in 60 to 80 % of the heads of MiniLM on short texts, and the first token in 77 % of
GPT2-XL's and 92 % of LLaMA2-7B's (Gu et al.); words that happen to be looked at reach 3 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attnviz.capture.layer import AttentionLayer

# Mean weight above which a key is a sink of one head.
SINK_WEIGHT = 0.3
# How many times what even attention gives.
ABOVE_EVEN = 2
# Share of all heads in which a token has to be one.
SINK_HEADS = 0.2
# Share of the queries that have to see it, and the least number of them.
SEEN_BY = 0.5
LEAST_QUERIES = 4


class KeyMass:
    """What every key of a layer gets; a `Surveyor`."""

    def __init__(self, layer: AttentionLayer) -> None:
        self.queries = 0
        self.mass = np.zeros((layer.heads, layer.keys))
        # For each key how many queries see it, and what even attention would give it in all of them.
        self.seen = np.zeros(layer.keys, dtype=np.int64)
        self.even = np.zeros(layer.keys)

    def add(self, rows: range, weights: np.ndarray) -> None:
        """See `Surveyor`."""
        seen = np.any(weights > 0, axis=0)  # [row, key]
        self.queries += len(rows)
        self.mass += weights.sum(axis=1)
        self.seen += seen.sum(axis=0)
        self.even += (seen / np.maximum(1, seen.sum(axis=1, keepdims=True))).sum(axis=0)

    def sinks(self) -> np.ndarray:
        """Whether a key is a sink of a head, bool `[head, key]`."""
        seen = np.maximum(1, self.seen)
        mean, even = self.mass / seen, self.even / seen
        many = np.maximum(LEAST_QUERIES, SEEN_BY * self.queries) <= self.seen
        found: np.ndarray = (mean > SINK_WEIGHT) & (mean >= ABOVE_EVEN * even) & many
        return found


def sinks(layers: Sequence[KeyMass]) -> list[int]:
    """The tokens that are sinks of all these layers together, in the order of the text."""
    share = np.concatenate([layer.sinks() for layer in layers]).mean(axis=0)
    tokens: list[int] = np.flatnonzero(share >= SINK_HEADS).tolist()
    return tokens
