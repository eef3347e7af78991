"""Attention by word or sentence: pooling a token-by-token matrix without breaking its meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from attnviz.errors import InvalidOption

if TYPE_CHECKING:
    from attnviz.tokens import Tokens

Unit: TypeAlias = Literal["token", "word", "sentence"]


def membership(tokens: Tokens, unit: Unit) -> np.ndarray:
    """One-hot float32 `[token, unit]`; units in reading order.

    A token without a word or sentence (`[CLS]`, a blank) is a unit of its own.
    """
    if unit not in ("word", "sentence"):
        raise InvalidOption(f"by={unit!r} is not known: use 'token', 'word' or 'sentence'.")
    index = tokens.word if unit == "word" else tokens.sentence
    columns: dict[tuple[str, int], int] = {}
    place = [
        columns.setdefault(("alone", i) if unit_index is None else ("unit", unit_index), len(columns))
        for i, unit_index in enumerate(index)
    ]
    one_hot = np.zeros((len(place), len(columns)), dtype=np.float32)
    one_hot[np.arange(len(place)), place] = 1
    return one_hot


def pool(weights: np.ndarray, queries: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Weights `[..., query, key]` by unit: summed over a unit's keys, averaged over its queries.

    Rows keep their sum, and a causal matrix stays causal (Clark et al. 2019, "What Does BERT Look At?",
    section 4.1).
    """
    pooled: np.ndarray = (queries / queries.sum(axis=0)).T @ weights @ keys
    return pooled
