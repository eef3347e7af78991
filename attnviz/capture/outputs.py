"""The last resort: weights that a model returns itself, under `output_attentions=True`.

For models whose attention neither comes through transformers' interface nor is made of functions that
we know. It needs eager attention, and memory that grows with the square of the length.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attnviz.capture.layer import AttentionLayer, Kept
from attnviz.errors import UnsupportedModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import torch

    from attnviz.capture.groups import Kind

_FIELDS: dict[str, Kind | None] = {
    "attentions": None,
    "encoder_attentions": "encoder",
    "decoder_attentions": "decoder",
    "cross_attentions": "cross",
}

# Rows of weights sum to 1, or to less where some of it goes to no key.
_SUM_TOLERANCE = 1e-3


def returned_weights(
    model: torch.nn.Module,
    run: Callable[..., Any],
    inputs: Mapping[str, torch.Tensor],
    lengths: list[int] | None,
) -> list[tuple[Kind | None, list[AttentionLayer]]]:
    """The layers of a model that returns its weights `[text, head, query, key]`: one per text, and a kind.

    The kind is None where the model's output does not tell. Empty for a model that returns none, or
    something of another shape.

    Args:
        model: the model, for its configuration.
        run: calls it with inputs and options; raises UnsupportedModel where it fails.
        inputs: what it is called with.
        lengths: number of tokens of each text of a padded batch; None for one text.
    """
    texts = len(lengths) if lengths else 1
    try:
        with eager(model):
            output = run(inputs, output_attentions=True)
    except UnsupportedModel:  # Not every model knows the option.
        return []
    found: list[tuple[Kind | None, list[AttentionLayer]]] = []
    for field, kind in _FIELDS.items():
        for i, weights in enumerate(getattr(output, field, None) or ()):
            if not _is_attention(weights, texts):
                return []
            layers = [
                AttentionLayer(f"{field}.{i}", Kept(_cut(weights[text], size)), "outputs")
                for text, size in enumerate(lengths or [None])
            ]
            found.append((kind, layers))
    return found


def _cut(weights: torch.Tensor, size: int | None) -> torch.Tensor:
    """`[head, query, key]` without padding, which stands on the right."""
    return weights[:, :size, :size].detach().float().cpu().clone()


def _is_attention(weights: Any, texts: int) -> bool:
    """Whether a model's output is what it says: an empty tuple, band layouts and buckets are not."""
    import torch

    if not isinstance(weights, torch.Tensor) or weights.dim() != 4 or len(weights) != texts:
        return False
    sums = weights.float().sum(dim=-1)
    return bool((weights >= 0).all() and (sums <= 1 + _SUM_TOLERANCE).all())


@contextmanager
def eager(model: torch.nn.Module) -> Iterator[None]:
    """Eager attention inside, and outside whatever each part of the model had before."""
    name = "_attn_implementation_internal"
    fields = [vars(module.config) for module in model.modules() if hasattr(module, "config")]
    before = [(field, field[name]) for field in fields if name in field]
    for field, _ in before:
        field[name] = "eager"
    try:
        yield
    finally:
        for field, implementation in before:
            field[name] = implementation
