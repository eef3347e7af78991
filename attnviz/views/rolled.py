"""The rollout of a group as a page has it."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from attnviz.analysis import rollout
from attnviz.views.encoding import quantise

if TYPE_CHECKING:
    from attnviz.capture import AttentionGroup
    from attnviz.views.chunks import Chunk

# Why there is none: queries and keys are different texts, the model attends within windows, or the text is
# too long.
RolloutAbsence: TypeAlias = Literal["cross", "windows", "long"]

# A rollout takes a byte a pair of tokens, 1 MB for so many, and a matrix product a layer.
MOST_ROLLED = 1024


def without_rollout(group: AttentionGroup) -> RolloutAbsence | None:
    """Why a group has no rollout; None where it has one."""
    if group.query_tokens is not group.key_tokens:
        return "cross"
    if any(group[i].windows > 1 for i in range(group.layers)):
        return "windows"
    return "long" if len(group.query_tokens) > MOST_ROLLED else None


def encode_rollout(group: AttentionGroup, chunk: Chunk) -> dict[str, Any]:
    """The rollout through all layers, as the schema's `Quantised`; its arrays go into the chunk."""
    # Roots, because what matters beside a row's one large weight are its many small ones.
    roots = np.sqrt(rollout(group[i].weights() for i in range(group.layers)))
    values, scale = quantise(roots[None])
    return {"values": chunk.add(values), "scale": chunk.add(scale)}


def promised_rollout(group: AttentionGroup, chunk: str) -> dict[str, Any]:
    """The same references, before anything is computed."""
    shape = [1, len(group.query_tokens), len(group.key_tokens)]
    place = {"chunk": chunk, "offset": 0, "dtype": "u8", "shape": shape}
    return {"values": place, "scale": {**place, "offset": prod(shape), "dtype": "f32", "shape": shape[:2]}}
