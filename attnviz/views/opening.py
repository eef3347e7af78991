"""What a page opens with when nobody says: the heads that have something to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attnviz.capture.layer import AttentionLayer

# Rows of a long text that are looked at.
_ROWS = 64


def clearest_heads(layer: AttentionLayer, special: Sequence[bool], most: int) -> list[int]:
    """The heads that single out a token most clearly, clearest first.

    Clear is a head whose rows put much weight on one key; keys that the tokenizer added do not count, as
    heads rest on those when they have nothing to say.

    Args:
        layer: the layer.
        special: for each key whether the tokenizer added it.
        most: how many heads.
    """
    rows = np.unique(np.linspace(0, layer.queries - 1, min(_ROWS, layer.queries)).astype(int))
    weights = layer.weights(rows=rows.tolist())  # [head, row, key]
    if not all(special):
        weights = np.where(np.asarray(special), 0, weights)
    clearness = weights.max(axis=-1).mean(axis=-1)  # [head]
    order: list[int] = np.argsort(-clearness, kind="stable")[:most].tolist()
    return order
