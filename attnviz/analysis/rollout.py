"""Attention rollout: how much of each token reaches each token through all layers together.

Abnar & Zuidema 2020, "Quantifying Attention Flow in Transformers". Each layer passes on half of what a
token holds by its residual connection, and the other half by attention, the mean of its heads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable


def rollout(layers: Iterable[np.ndarray]) -> np.ndarray:
    """Rollout from the first of the layers to the last, float32 `[query, key]`; each row sums to 1.

    Args:
        layers: self-attention weights `[head, query, key]` of each layer, in the order they run. A row that
            sums to less than 1 (sinks, a query that sees nothing) is made up to 1 by the residual's part.
    """
    joint: np.ndarray | None = None
    for weights in layers:
        mixed = 0.5 * weights.mean(axis=0, dtype=np.float64) + 0.5 * np.eye(weights.shape[1])
        mixed /= mixed.sum(axis=1, keepdims=True)  # [query, key]
        joint = mixed if joint is None else mixed @ joint
    if joint is None:
        raise ValueError("A rollout runs through at least one layer.")
    return joint.astype(np.float32)
