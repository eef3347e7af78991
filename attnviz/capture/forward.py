"""One captured forward pass over one text: model and inputs in, attention groups out."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from attnviz.capture.groups import AttentionGroup, Kind, kind_of
from attnviz.capture.interface import Capture
from attnviz.errors import UnsupportedModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import torch

    from attnviz.capture.layer import AttentionLayer
    from attnviz.tokens import Tokens


def forward(
    model: torch.nn.Module, inputs: dict[str, torch.Tensor], tokens: Tokens, target_tokens: Tokens | None
) -> tuple[dict[Kind, AttentionGroup], list[str]]:
    """Run the model once and sort what its attention layers were given.

    The model is left as it was: same mode, same configuration, also when it raises.

    Returns:
        The groups by kind, and notes for the reader: what was not captured, what no formula gives.

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
        sorted_calls[kind_of(module, layer, encoder_decoder=encoder_decoder)].append(layer)

    own = tokens if target_tokens is None else target_tokens
    sides = {"encoder": (tokens, tokens), "decoder": (own, own), "cross": (own, tokens)}
    groups = {
        kind: AttentionGroup(kind, *sides[kind], tuple(layers))
        for kind, layers in sorted_calls.items()
        if layers
    }
    expected = _expected(config, encoder_decoder=encoder_decoder, decoder=target_tokens is not None)
    return groups, [*_missing(groups, expected), *_kept(groups)]


def _expected(config: Any, *, encoder_decoder: bool, decoder: bool) -> dict[Kind | Literal["self"], int]:
    """How many layers the configuration promises, by kind; "self" where it tells no kind."""
    text = config.get_text_config()
    count = getattr(text, "num_hidden_layers", 0) or 0
    if not encoder_decoder:
        return {"self": count}
    expected: dict[Kind | Literal["self"], int] = {
        "encoder": getattr(config, "encoder_layers", count) or count
    }
    if decoder:
        layers = (
            getattr(config, "decoder_layers", None) or getattr(config, "num_decoder_layers", None) or count
        )
        expected |= {"decoder": layers, "cross": layers}
    return expected


def _missing(groups: Mapping[Kind, AttentionGroup], expected: dict[Kind | Literal["self"], int]) -> list[str]:
    """Layers without attention (as in Jamba), or with attention outside transformers' interface."""
    notes = []
    for kind, count in expected.items():
        counted = ("encoder", "decoder") if kind == "self" else (kind,)
        seen = sum(group.layers for group in groups.values() if group.kind in counted)
        if seen < count:
            name = "model" if kind == "self" else kind
            shown = f"only {seen} of {count} layers" if seen else "no layer"
            notes.append(
                f"Of the {name}'s attention {shown} could be captured: the others have none, or compute it "
                "outside transformers' attention interface."
            )
    return notes


def _kept(groups: Mapping[Kind, AttentionGroup]) -> list[str]:
    notes = []
    for group in groups.values():
        layers = [str(i) for i in range(group.layers) if group[i].kept is not None]
        if layers:
            notes.append(
                f"The {group.kind}'s weights in layer {', '.join(layers)} are the model's own: no formula of "
                "queries and keys gives them, so the neuron view has nothing to show there."
            )
    return notes


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
