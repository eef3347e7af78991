"""One captured forward pass over one text: model and inputs in, attention groups out."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attnviz.capture.groups import AttentionGroup, Kind, kind_of
from attnviz.capture.interface import Capture
from attnviz.errors import UnsupportedModel

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

    from attnviz.capture.layer import AttentionLayer
    from attnviz.tokens import Tokens


def forward(
    model: torch.nn.Module, inputs: dict[str, torch.Tensor], tokens: Tokens, target_tokens: Tokens | None
) -> dict[str, AttentionGroup]:
    """Run the model once and sort what its attention layers were given.

    The model is left as it was: same mode, same configuration, also when it raises.

    Raises:
        UnsupportedModel: no attention was seen.
    """
    import torch

    config: Any = model.config
    encoder_decoder = bool(getattr(config, "is_encoder_decoder", False))
    # Without a target there is nothing for a decoder to say; the encoder alone still has its attention.
    runner: Any = model
    if encoder_decoder and target_tokens is None:
        runner = runner.get_encoder()
    with torch.no_grad(), _evaluating(model), Capture(model) as capture:
        runner(**inputs)
    if not capture.calls:
        raise UnsupportedModel(
            f"{type(model).__name__} called no attention function that attnviz can listen to: either it has "
            "no attention (as Mamba or RWKV), or it computes it outside transformers' attention interface."
        )
    sorted_calls: dict[Kind, list[AttentionLayer]] = {"encoder": [], "decoder": [], "cross": []}
    for module, layer in capture.calls:
        causal = bool(getattr(module, "is_causal", True))
        sorted_calls[kind_of(module, layer.name, encoder_decoder=encoder_decoder, causal=causal)].append(
            layer
        )

    own = tokens if target_tokens is None else target_tokens
    sides = {"encoder": (tokens, tokens), "decoder": (own, own), "cross": (own, tokens)}
    return {
        kind: AttentionGroup(kind, *sides[kind], tuple(layers))
        for kind, layers in sorted_calls.items()
        if layers
    }


@contextmanager
def _evaluating(model: torch.nn.Module) -> Iterator[None]:
    """Dropout off while we look, module by module as it was afterwards."""
    before = {module: module.training for module in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for module, training in before.items():
            module.training = training
