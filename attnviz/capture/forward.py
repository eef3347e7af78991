"""One captured forward pass over one text: model and inputs in, attention groups out."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from attnviz.capture.groups import AttentionGroup, Kind, kind_of
from attnviz.capture.interface import Capture
from attnviz.errors import AttnvizError, UnsupportedModel
from attnviz.hub import first_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import torch

    from attnviz.capture.layer import AttentionLayer
    from attnviz.tokens import Tokens


_locks: WeakKeyDictionary[torch.nn.Module, Lock] = WeakKeyDictionary()
_locks_guard = Lock()


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
    if next(model.parameters()).is_meta:
        raise UnsupportedModel(
            f"{type(model).__name__} has no weights (they lie on the meta device): load them first."
        )
    with torch.no_grad(), _evaluating(model), Capture(model) as capture:
        _run(runner, inputs)
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
            numbers = [_number(group[i].name) for group in groups.values() for i in range(group.layers)]
            which = f" (layers {', '.join(numbers)} of the model)" if seen and all(numbers) else ""
            notes.append(
                f"Of the {name}'s attention {shown} could be captured{which}: the others have none, or "
                "compute it outside transformers' attention interface."
            )
    return notes


def _number(name: str) -> str:
    """A layer's number in the model, as its modules are named: `3` of `layers.3.self_attn`."""
    return next((part for part in name.split(".") if part.isdecimal()), "")


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


def _run(runner: Any, inputs: dict[str, torch.Tensor]) -> None:
    try:
        runner(**inputs)
    except (AttnvizError, MemoryError):
        raise
    except Exception as error:  # A model raises what it likes at inputs that it cannot read.
        raise UnsupportedModel(
            f"{type(runner).__name__} failed on {', '.join(inputs)} ({first_line(error)}): it has to run on "
            "the tokens of a text alone."
        ) from error


@contextmanager
def _evaluating(model: torch.nn.Module) -> Iterator[None]:
    """Dropout off while we look, module by module as it was afterwards.

    One thread at a time for a model: another would take what this one sets for how the model was.
    """
    with _locks_guard:
        lock = _locks.setdefault(model, Lock())
    with lock:
        before = {module: module.training for module in model.modules()}
        model.eval()
        try:
            yield
        finally:
            for module, training in before.items():
                module.training = training
