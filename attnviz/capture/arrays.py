"""Attention weights from anywhere as a trace: arrays of any framework and their tokens in, `Trace` out.

The way for models that are not Hugging Face's, and for weights that somebody has at hand. Weights are
checked for what they must be; queries and keys are not known, so there are no neurons to show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from attnviz.capture.groups import AttentionGroup
from attnviz.capture.layer import AttentionLayer, Kept
from attnviz.capture.trace import ModelFacts, Trace
from attnviz.errors import InvalidOption, OutOfRange
from attnviz.hub import first_line
from attnviz.tokens import Tokens, tokens_of_strings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from attnviz.capture.groups import Kind

# Rows sum to 1 within what rounding to bfloat16 can add up to.
_SUM_TOLERANCE = 1e-2

_NONE_THERE = (
    "a model returns weights only under output_attentions=True, and only if it was loaded with "
    'attn_implementation="eager". attnviz.load(...).trace(...) needs neither.'
)


def from_attentions(
    attentions: Any,
    tokens: Tokens | Sequence[str],
    *,
    decoder: Any = None,
    cross: Any = None,
    target_tokens: Tokens | Sequence[str] | None = None,
    batch_index: int | None = None,
    special: Collection[str] | None = None,
    name: str = "attention",
) -> Trace:
    """A trace of attention weights that are there already, from any framework.

    Each of `attentions`, `decoder` and `cross` is a list or tuple with one array a layer,
    `[head, query, key]` or `[text, head, query, key]`, or one array of them all,
    `[layer, head, query, key]` or `[layer, text, head, query, key]`: tensors of torch, arrays of numpy, and
    whatever numpy can read (jax, tensorflow). They are copied as float32.

    All views but the neuron view show it. Its one group is called "decoder" where no query sees a later
    key, else "encoder".

    Args:
        attentions: the weights among `tokens`; of an encoder-decoder model, those of its encoder, or None
            if they are not at hand.
        tokens: what rows and columns stand for: what `attnviz.tokenize` gives, which knows places, words and
            sentences, or one string a token.
        decoder: the weights among `target_tokens`.
        cross: the weights from `target_tokens` (queries) to `tokens` (keys).
        target_tokens: the decoder's own tokens.
        batch_index: which text of a batch, numbered from 0.
        special: tokens given as strings that a tokenizer has added; by default those in the usual
            brackets, as "[CLS]" and "</s>".
        name: how the pages call the model.

    Raises:
        InvalidOption: these are no attention weights, or not those of these tokens.
        OutOfRange: the batch has no such text.
    """
    if (decoder is None and cross is None) != (target_tokens is None):
        raise InvalidOption(
            "decoder= and cross= go with target_tokens=, the tokens that the decoder reads: pass both or "
            "neither."
        )
    source = _table(tokens, special, "tokens")
    target = None if target_tokens is None else _table(target_tokens, special, "target_tokens")
    groups: dict[Kind, AttentionGroup] = {}
    notes: list[str] = []

    def add(kind: Kind, queries: Tokens, keys: Tokens, layers: list[AttentionLayer]) -> None:
        groups[kind] = AttentionGroup(kind, queries, keys, tuple(layers))
        notes.extend(_open_rows(kind, layers))

    if attentions is not None or target is None:
        layers = _Weights("attentions", (len(source), len(source)), batch_index).layers(attentions)
        add("decoder" if target is None and _causal(layers) else "encoder", source, source, layers)
    if decoder is not None and target is not None:
        layers = _Weights("decoder", (len(target), len(target)), batch_index).layers(decoder)
        add("decoder", target, target, layers)
    if cross is not None and target is not None:
        layers = _Weights("cross", (len(target), len(source)), batch_index).layers(cross)
        add("cross", target, source, layers)
    return Trace(ModelFacts(name, "weights only"), source, target, groups, notes)


def _table(tokens: Tokens | Sequence[str], special: Collection[str] | None, name: str) -> Tokens:
    if not isinstance(tokens, Tokens):
        return tokens_of_strings(tokens, special, name=name)
    if special is not None:
        raise InvalidOption(f"special= is for tokens given as strings: {name} tells its added tokens itself.")
    return tokens


class _Weights:
    """One argument's arrays, checked against the numbers of queries and keys.

    Args:
        name: the argument, for errors.
        size: numbers of queries and keys.
        text: which text of a batch.
    """

    def __init__(self, name: str, size: tuple[int, int], text: int | None) -> None:
        self._name = name
        self._size = size
        self._text = text

    def layers(self, given: Any) -> list[AttentionLayer]:
        """One layer of weights for each array."""
        import torch

        field = "attentions" if self._name == "attentions" else f"{self._name}_attentions"
        return [
            AttentionLayer(f"{field}.{i}", Kept(torch.from_numpy(self._layer(each, i))), "given")
            for i, each in enumerate(self._arrays(given))
        ]

    def _arrays(self, given: Any) -> list[np.ndarray]:
        """One array a layer."""
        if given is None:
            raise InvalidOption(f"{self._name} is None, not a list of arrays: {_NONE_THERE}")
        if hasattr(given, "keys"):
            raise InvalidOption(
                f"{self._name} is a {type(given).__name__}: pass the attentions in it, as output.attentions."
            )
        if isinstance(given, list | tuple):
            if not given:
                raise InvalidOption(f"{self._name} is empty: {_NONE_THERE}")
            return [self._array(each, f"{self._name}[{i}]") for i, each in enumerate(given)]
        whole = self._array(given, self._name)
        if whole.ndim not in (4, 5) or not len(whole):
            raise InvalidOption(
                f"{self._name} has the shape {list(whole.shape)}: pass a list with one array a layer, or all "
                "in one, [layer, head, query, key] or [layer, text, head, query, key]."
            )
        return list(whole)

    def _array(self, given: Any, place: str) -> np.ndarray:
        """Anything that can be read as numbers, in the precision that it has or float32."""
        if given is None:
            raise InvalidOption(f"{place} is None, not an array: {_NONE_THERE}")
        if isinstance(given, list | tuple):
            raise InvalidOption(
                f"{place} is a {type(given).__name__}, not an array. generate() gives such nested ones, one "
                "a step: run the model once more over the whole text, and pass its attentions."
            )
        try:
            if hasattr(given, "detach"):  # A tensor of torch: numpy reads no gradients, devices or bfloat16.
                given = given.detach().float().cpu().numpy()
            array = np.asarray(given)
            if array.dtype.kind in "cOSUMm":  # Complex numbers, objects, strings, dates.
                raise TypeError(f"it holds {array.dtype}, not weights")
            with np.errstate(over="ignore"):  # Infinity is refused below, with its place.
                return array.astype(np.float32, copy=False)
        except Exception as error:  # Frameworks raise what they like.
            raise InvalidOption(
                f"{place} cannot be read as an array of numbers: {first_line(error)}"
            ) from error

    def _layer(self, array: np.ndarray, number: int) -> np.ndarray:
        """float32 `[head, query, key]` of one text, checked."""
        place = f"layer {number} of {self._name}"
        if array.ndim not in (3, 4):
            raise InvalidOption(
                f"{place} has the shape {list(array.shape)}: it must be [head, query, key], or "
                "[text, head, query, key]."
            )
        weights = np.array(self._one_text(array, place), order="C")  # Their owner may change his.
        queries, keys = self._size
        if weights.shape[1:] != (queries, keys) or not len(weights):
            raise InvalidOption(
                f"{place} has {len(weights)} heads of {weights.shape[1]} queries × {weights.shape[2]} keys, "
                f"and there are {queries} × {keys} tokens: pass one token for each row and column, added "
                "and padding ones included."
            )
        self._check(weights, place)
        return weights

    def _one_text(self, array: np.ndarray, place: str) -> np.ndarray:
        if array.ndim == 3:
            if self._text not in (None, 0):
                raise InvalidOption(f"batch_index={self._text} is for batches, and {place} is of one text.")
            return array
        if self._text is None and len(array) != 1:
            raise InvalidOption(f"{place} is of {len(array)} texts: pass batch_index= for the one to show.")
        text = 0 if self._text is None else self._text
        if not 0 <= text < len(array):
            raise OutOfRange(
                f"batch_index={text} asked for, but {place} is of {len(array)} texts, from 0 on."
            )
        one: np.ndarray = array[text]
        return one

    def _check(self, weights: np.ndarray, place: str) -> None:
        """Whether these are weights: finite, not negative, and no row over 1."""

        def at(wrong: np.ndarray) -> str:
            head, *cell = np.argwhere(wrong)[0].tolist()
            return f"head {head}, query {cell[0]}" + (f", key {cell[1]}" if len(cell) > 1 else "")

        finite = np.isfinite(weights)
        if not finite.all():
            raise InvalidOption(
                f"{place} is not finite at {at(~finite)}: pass weights, as the softmax gives them."
            )
        if weights.min() < 0:
            raise InvalidOption(
                f"{place} is negative at {at(weights < 0)}: pass weights, as the softmax gives them, not "
                "scores."
            )
        sums = weights.sum(axis=-1, dtype=np.float64)
        if sums.max() > 1 + _SUM_TOLERANCE:
            raise InvalidOption(
                f"{place} sums to {sums.max():.4g} at {at(sums == sums.max())}, and weights of one query to "
                "no more than 1: pass them as the softmax gives them, keys last, from a model in eval() mode."
            )


def _causal(layers: Sequence[AttentionLayer]) -> bool:
    """Whether no query of any layer sees a later key; one token alone does not tell."""
    return layers[0].queries > 1 and not any(np.triu(layer.weights(), 1).any() for layer in layers)


def _open_rows(kind: Kind, layers: Sequence[AttentionLayer]) -> list[str]:
    """Rows that sum to clearly less than 1; a row of zeros is a query that sees nothing."""
    numbers = []
    least = 1.0
    for i, layer in enumerate(layers):
        sums = layer.weights().sum(axis=-1)
        open_ = sums[(sums > 0) & (sums < 1 - _SUM_TOLERANCE)]
        if len(open_):
            numbers.append(str(i))
            least = min(least, float(open_.min()))
    if not numbers:
        return []
    note = (
        f"The {kind}'s weights in layer {', '.join(numbers)} sum to less than 1 for some queries, the least "
        f"{least:.2f}: the rest goes to no token that is shown."
    )
    return [note]
