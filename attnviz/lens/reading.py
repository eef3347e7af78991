"""A text as a model is given it: its tokens, the tensors, and what stands for queries and keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from attnviz.capture import exactly
from attnviz.errors import InvalidOption
from attnviz.lens.limits import embeddings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import torch

    from attnviz.capture import Sides
    from attnviz.tokens import Tokens


@dataclass(frozen=True, eq=False)
class Reading:
    """One text, ready for one forward pass.

    Attributes:
        tokens, target_tokens, notes, image: as in `Trace`; an image alone has its patches here, and the
            model tells what else stands for it.
        inputs: what the model is called with, tensors `[1, …]`.
        sides: what stands for queries and keys.
    """

    tokens: Tokens
    target_tokens: Tokens | None
    inputs: dict[str, torch.Tensor]
    sides: Sides
    notes: Sequence[str] = field(default=())
    image: np.ndarray | None = None

    @classmethod
    def of(cls, model: Any, tokens: Tokens, target_tokens: Tokens | None = None) -> Reading:
        """Tokens as the inputs of a model.

        Raises:
            InvalidOption: a token for which the model has no embedding.
        """
        _check_vocabulary(model, tokens, target_tokens)
        inputs = {"input_ids": as_tensor(model, tokens.ids)}
        if tokens.type_ids is not None and getattr(model.config, "type_vocab_size", 0) > 1:
            inputs["token_type_ids"] = as_tensor(model, tokens.type_ids)
        own = exactly(tokens)
        notes = _notes("text", tokens)
        if target_tokens is not None:
            inputs["decoder_input_ids"] = as_tensor(model, target_tokens.ids)
            target = exactly(target_tokens)
            sides: Sides = {"encoder": (own, own), "decoder": (target, target), "cross": (target, own)}
            notes += _notes("target", target_tokens)
        elif getattr(model.config, "is_encoder_decoder", False):
            sides = {"encoder": (own, own)}
        elif hasattr(model.config, "vision_config"):
            sides = {"text": (own, own)}
        else:
            sides = {"encoder": (own, own), "decoder": (own, own)}
        return cls(tokens, target_tokens, inputs, sides, notes)


def as_tensor(model: Any, numbers: list[int]) -> torch.Tensor:
    """`[1, number]`, where the model's inputs belong."""
    import torch

    # Of a model that is spread out some weights are nowhere yet; it moves its inputs by itself.
    devices = (parameter.device for parameter in model.parameters())
    return torch.tensor([numbers], device=next((d for d in devices if d.type != "meta"), "cpu"))


def _check_vocabulary(model: Any, *tables: Tokens | None) -> None:
    """A tokenizer of another model gives ids for which there is no embedding."""
    known = embeddings_of(model)
    if known is None:
        return
    for tokens in tables:
        largest = max(tokens.ids, default=0) if tokens is not None else 0
        if largest >= known:
            raise InvalidOption(
                f"The tokenizer gives token id {largest}, but the model has embeddings for {known} ids "
                "only: pass the tokenizer that belongs to the model."
            )


def _notes(side: str, tokens: Tokens) -> list[str]:
    notes = []
    if tokens.truncation is not None:
        notes.append(f"The {side} was cut: {tokens.truncation.sentence(tokens.segment_names)}")
    if tokens.lost:
        notes.append(
            f"The tokenizer dropped {', '.join(repr(dropped) for dropped in _lost(tokens))} of the {side}: "
            "no token stands for it."
        )
    return notes


def _lost(tokens: Tokens) -> list[str]:
    """The stretches that no token stands for, as written."""
    return [tokens.texts[lost.segment][lost.start : lost.end] for lost in tokens.lost]
