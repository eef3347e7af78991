"""Attention by word or sentence: pooling a token-by-token matrix without breaking its meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from attnviz.tokens import By, Tokens


def membership(tokens: Tokens, by: By) -> np.ndarray:
    """One-hot float32 `[token, unit]`; the units are those of `tokens.units(by)`."""
    units = tokens.units(by)
    one_hot = np.zeros((len(tokens), len(units)), dtype=np.float32)
    for column, unit in enumerate(units):
        one_hot[unit.tokens, column] = 1
    return one_hot


def pool(weights: np.ndarray, queries: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Weights `[..., query, key]` by unit: summed over a unit's keys, averaged over its queries.

    Rows keep their sum, and a causal matrix stays causal (Clark et al. 2019, "What Does BERT Look At?",
    section 4.1).
    """
    pooled: np.ndarray = (queries / queries.sum(axis=0)).T @ weights @ keys
    return pooled
