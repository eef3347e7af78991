"""The model's own eager attention, from a separate run, and how far what was captured lies from it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from attnviz.capture.capture import Capture
from attnviz.capture.layer import AttentionLayer
from attnviz.capture.outputs import returned_weights
from attnviz.errors import UnsupportedModel

# A weight may differ by this much, as float32 sums in another order do.
TOLERANCE = 1e-5


class Reference(NamedTuple):
    """One layer's weights as the model returns them, `[head, query, key]`, and where in its output."""

    key: str
    index: int
    weights: np.ndarray


class Comparison(NamedTuple):
    """How captured layers stand beside the references.

    Attributes:
        matched: references that a captured layer equals within `TOLERANCE`.
        missed: references without a captured layer of their shape in their order.
        worst: the largest error of a weight among all references that have a layer.
    """

    matched: int
    missed: int
    worst: float


def captured_layers(model: torch.nn.Module, inputs: dict[str, Any]) -> list[AttentionLayer]:
    """What attnviz captures of the first text, image or sound, in the order of the calls."""

    def run(given: Any, **options: Any) -> Any:
        torch.manual_seed(7)
        try:
            return model(**given, **options)
        except Exception as error:
            raise UnsupportedModel(str(error)) from error

    with torch.no_grad():
        with Capture(model) as capture:
            run(inputs)
        layers = [layers[0] for _, layers in capture.calls]
        return layers or [layers[0] for _, layers in returned_weights(model, run, inputs, None)]


def eager_copy(model: torch.nn.Module) -> torch.nn.Module:
    """A second model with the same weights and eager attention.

    It is made anew: Falcon and others refuse to change their implementation, and then return weights that
    they did not use.
    """
    given: Any = model
    eager = type(given)._from_config(copy.deepcopy(given.config), attn_implementation="eager").eval()
    eager.load_state_dict(given.state_dict())
    return eager


def eager_attentions(model: torch.nn.Module, inputs: dict[str, Any]) -> list[Reference]:
    """What a second model with the same weights returns under eager attention, from all its parts.

    Maybe nothing.
    """
    given: Any = model
    eager = eager_copy(model)
    torch.manual_seed(7)
    with torch.no_grad():
        try:
            output = eager(**copy.deepcopy(inputs), output_attentions=True)
        except TypeError as error:
            if "output_attentions" not in str(error):
                raise
            return []
    found = list(_collected(output, ""))
    window = getattr(given.config, "attention_window", None)
    if window is None:
        return found
    window = window if isinstance(window, int) else window[0]
    return [
        each._replace(weights=_unbanded(torch.from_numpy(each.weights), window).numpy())
        if each.weights.shape[-1] == window + 1
        else each
        for each in found
    ]


def _collected(output: Any, path: str) -> Iterator[Reference]:
    if not hasattr(output, "items"):
        return
    for name, value in output.items():
        if "attentions" in name and "mask" not in name:
            for i, tensor in enumerate(_tensors(value)):
                if tensor.dim() >= 3:
                    weights = tensor.detach().float()
                    while weights.dim() > 3:  # The first text, image or window of several.
                        weights = weights[0]
                    if _are_weights(weights):
                        yield Reference(path + name, i, weights.numpy())
        else:
            yield from _collected(value, f"{path}{name}.")


def _unbanded(weights: torch.Tensor, window: int) -> torch.Tensor:
    """Longformer's layout by distance `[head, query, 0 … window]` as `[head, query, key]`."""
    heads, queries, _ = weights.shape
    whole = torch.zeros(heads, queries, queries)
    for query in range(queries):
        first = query - window // 2
        for offset in range(max(0, -first), min(window + 1, queries - first)):
            whole[:, query, first + offset] = weights[:, query, offset]
    return whole


def _are_weights(tensor: torch.Tensor) -> bool:
    """Whether it is what its name says: SqueezeBERT returns scores, RWKV and SAM 2 hidden states."""
    return bool((tensor >= 0).all()) and bool((tensor.sum(dim=-1) <= 1 + 1e-3).all())


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    if torch.is_tensor(value):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _tensors(part)


def _error(ours: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference; WavLM returns the mean over its heads under the name of each."""
    if len(expected) > 1 and (expected == expected[:1]).all():
        ours = np.broadcast_to(ours.mean(axis=0), ours.shape)
    return float(abs(ours - expected).max())


def compare(captured: Sequence[np.ndarray], references: Sequence[Reference]) -> Comparison:
    """Give each reference a captured layer of its shape, in order within each key.

    Two keys may share a layer: BLIP-2 returns its cross-attention under both.
    """
    last: dict[str, int] = {}
    matched = missed = 0
    worst = 0.0
    for key, _, expected in references:
        errors = {
            i: _error(weights, expected)
            for i, weights in enumerate(captured)
            if i > last.get(key, -1) and weights.shape == expected.shape
        }
        if not errors:
            missed += 1
            continue
        # The first that equals it, or the nearest.
        nearest = min(errors, key=errors.__getitem__)
        chosen = next((i for i, error in errors.items() if error <= TOLERANCE), nearest)
        last[key] = chosen
        matched += errors[chosen] <= TOLERANCE
        worst = max(worst, errors[chosen])
    return Comparison(matched, missed, worst)
