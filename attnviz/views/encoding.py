"""How much of a layer a page carries, and in which form.

Two encodings. *vectors*: queries, keys and the bias in its short form, from which the page computes
the rows it draws; the neuron view needs them, and they grow with N. *weights*: one byte a weight and
one scale a query row, which is smaller for short texts and wide heads, and the only way for layers
whose weights no formula gives.

A small page carries vectors in float32, whose weights are exact to the last digit that is shown;
only where that gets large are they rounded to float16, or replaced by weights if those are smaller.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from attnviz.capture.call import TOLERANCE
from attnviz.errors import InvalidOption
from attnviz.views.survey import Thumbnails, survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from attnviz.capture import AttentionGroup
    from attnviz.capture.layer import AttentionLayer, Formula
    from attnviz.views.chunks import Chunk

NumberFormat: TypeAlias = Literal["float32", "float16", "weights"]
PayloadEncoding: TypeAlias = Literal["auto", "vectors", "weights"]

# Up to this many bytes of float32 vectors a page carries them unrounded.
EXACT_BYTES = 3_000_000
# Thumbnails are max-pooled to this many cells a side: 48 px at twice the density.
OVERVIEW_SIDE = 96
# The arrays of a bias, as attnviz and the page name them.
_BIAS_ARRAYS = {"relative": "relative", "per_key": "perKey", "dense": "dense"}
# float16 ends at 65,504.
_FLOAT16_LIMIT = 6e4


def check_encoding(encoding: PayloadEncoding, *, neurons: bool) -> None:
    """Refuse an encoding that is not known, or lacks what a neuron view shows."""
    if encoding not in get_args(PayloadEncoding):
        raise InvalidOption(
            f"encoding={encoding!r} is not known: use {', '.join(get_args(PayloadEncoding))}."
        )
    if encoding == "weights" and neurons:
        raise InvalidOption(
            "encoding='weights' leaves out the vectors that a neuron view shows: use 'vectors'."
        )


def choose_form(
    groups: Iterable[AttentionGroup],
    encoding: PayloadEncoding,
    *,
    neurons: bool,
    budget: float = math.inf,
) -> NumberFormat:
    """The form for all layers of a page.

    Args:
        groups: every group that the page carries.
        encoding: what the caller asked for; "auto" chooses.
        neurons: whether the page has a neuron view, which needs vectors.
        budget: bytes that the page may have; float32 is for pages that are far from it.
    """
    if encoding == "weights":
        return "weights"
    layers = [group[i] for group in groups for i in range(group.layers)]
    formulas = [layer.formula for layer in layers if layer.formula is not None]
    vectors = sum(4 * (each.query.numel() + each.key.numel()) + _dense_bytes(each) for each in formulas)
    if vectors <= min(EXACT_BYTES, budget / 2):
        return "float32"
    if encoding == "auto" and not neurons:
        weights = sum(layer.heads * layer.queries * (layer.keys + 4) for layer in layers if layer.formula)
        if weights < vectors / 2:
            return "weights"
    largest = max(float(abs(x).max()) for each in formulas for x in (each.query, each.key))
    return "float16" if largest < _FLOAT16_LIMIT else "float32"


def _dense_bytes(formula: Formula) -> int:
    return 0 if formula.bias.dense is None else 4 * formula.bias.dense.numel()


def carried(layer: AttentionLayer, form: NumberFormat) -> AttentionLayer:
    """The layer as a page in that form has it, rounded; itself where nothing is rounded, or only weights."""
    formula = layer.formula
    return layer if formula is None or form != "float16" else replace(layer, source=formula.halved())


def encode_layer(layer: AttentionLayer, form: NumberFormat, chunk: Chunk) -> dict[str, Any]:
    """One layer, all of it, as the page's schema has it; its arrays go into the chunk.

    `error` is left to whoever knows what rounding made of the weights; see `carried`.
    """
    formula = layer.formula
    header = constants(layer)
    if formula is None or form == "weights":
        bytes_ = _Bytes(layer)
        survey(layer, [bytes_])
        header["weights"] = {"values": chunk.add(bytes_.values), "scale": chunk.add(bytes_.scale)}
        header["error"] = TOLERANCE + float(bytes_.scale.max()) / 510
        return header
    number = np.float32 if form == "float32" else np.float16
    header["q"] = chunk.add(formula.query.float().numpy().astype(number))
    header["k"] = chunk.add(formula.key.float().numpy().astype(number))
    for name, written in _BIAS_ARRAYS.items():
        array = getattr(formula.bias, name)
        if array is not None:
            header["bias"][written] = chunk.add(array.numpy().astype(np.float32))
    return header


def encode_head(layer: AttentionLayer, head: int, chunk: Chunk) -> dict[str, Any]:
    """One head as a layer of the page's schema, nothing rounded; its arrays go into the chunk."""
    own = layer.of_head(head)
    if own.formula is not None:
        return encode_layer(own, "float32", chunk)
    return {**constants(own), "weights": {"values": chunk.add(own.weights()), "scale": None}}


def constants(layer: AttentionLayer) -> dict[str, Any]:
    """A layer of the page's schema without its arrays."""
    formula = layer.formula
    return {
        "heads": layer.heads,
        "keyHeads": formula.key_heads if formula else layer.heads,
        "dHead": formula.d_head if formula else 0,
        "scale": formula.scale if formula else 1,
        "softcap": formula.softcap if formula else None,
        "sinks": formula.sinks.tolist() if formula and formula.sinks is not None else None,
        "rotary": formula.rotary if formula else False,
        "bias": {"band": formula.bias.band if formula else None, **dict.fromkeys(_BIAS_ARRAYS.values())},
        "q": None,
        "k": None,
        "weights": None,
        "strongest": None,
        "coverage": 1,
        "error": TOLERANCE,
    }


def quantise(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights `[head, query, key]` as uint8 and one float32 scale `[head, query]` a row.

    The largest weight of a row is 255 steps, so no weight is off by more than a 510th of it (in steps of
    1/255 of the whole, a row of many small weights would lose most of its mass).
    """
    scale = weights.max(axis=-1).astype(np.float32)
    divisor = np.where(scale > 0, scale, 1)[..., None]
    return np.rint(weights / divisor * 255).astype(np.uint8), scale


class _Bytes:
    """A layer's weights as bytes; see `quantise`."""

    def __init__(self, layer: AttentionLayer) -> None:
        self.values = np.empty((layer.heads, layer.queries, layer.keys), dtype=np.uint8)
        self.scale = np.empty((layer.heads, layer.queries), dtype=np.float32)

    def add(self, rows: range, weights: np.ndarray) -> None:
        """See `Surveyor`."""
        here = slice(rows.start, rows.stop)
        self.values[:, here], self.scale[:, here] = quantise(weights)


def overview(group: AttentionGroup, side: int = OVERVIEW_SIDE) -> np.ndarray:
    """Every head max-pooled to a thumbnail: uint8 `[layer, head, rows, columns]`, 255 · √w."""
    found = []
    for i in range(group.layers):
        found.append(Thumbnails(group[i], side))
        survey(group[i], [found[-1]])
    return stacked(found)


def stacked(thumbnails: Sequence[Thumbnails]) -> np.ndarray:
    """The thumbnails of a group's layers as one array; layers with fewer heads leave some empty."""
    heads = max(len(each.cells) for each in thumbnails)
    out = np.zeros((len(thumbnails), heads, *thumbnails[0].cells.shape[1:]), dtype=np.uint8)
    for i, each in enumerate(thumbnails):
        out[i, : len(each.cells)] = each.bytes()
    return out
