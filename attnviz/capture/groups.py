"""Which attention call is which: encoder, decoder, or cross-attention between the two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import torch

    from attnviz.capture.layer import AttentionLayer
    from attnviz.tokens import Tokens

Kind: TypeAlias = Literal["encoder", "decoder", "cross", "text", "vision"]

_CROSS = re.compile(r"cross_?att|encoder_attn|EncDec", re.IGNORECASE)
_VISION = re.compile(r"vision|visual|image|pixel|vit\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False, repr=False)
class AttentionGroup:
    """The attention layers of one kind in a trace, in the order they ran.

    Attributes:
        kind: "encoder", "decoder" or "cross"; "text" or "vision" in a model with a tower for each.
        query_tokens, key_tokens: what rows and columns stand for.
    """

    kind: Kind
    query_tokens: Tokens
    key_tokens: Tokens
    _layers: tuple[AttentionLayer, ...]

    @property
    def layers(self) -> int:
        """Number of layers."""
        return len(self._layers)

    @property
    def heads(self) -> int:
        """Number of heads of a layer (of the widest, where they differ)."""
        return max(layer.heads for layer in self._layers)

    def __repr__(self) -> str:
        return f"<{self.kind}: {self.layers} layers × {self.heads} heads>"

    def __getitem__(self, layer: int) -> AttentionLayer:
        return self._layers[layer]


def is_vision(name: str) -> bool:
    """Whether a module belongs to a model's tower for images, told by its name."""
    return _VISION.search(name) is not None


def kind_of(module: torch.nn.Module, layer: AttentionLayer, *, encoder_decoder: bool, towers: bool) -> Kind:
    """The kind of one attention call.

    Cross-attention is told by names (`crossattention`, `encoder_attn`, `EncDecAttention`), and so is
    the tower of a model that has one for images and one for texts. Outside encoder-decoder models a decoder
    is what hides later tokens: names tell nothing there, as BERT's layers are called `encoder.…` even when
    BERT is a decoder.
    """
    if towers and is_vision(layer.name):
        return "vision"
    if _CROSS.search(layer.name) or _CROSS.search(type(module).__name__):
        return "cross"
    if encoder_decoder:
        return "decoder" if "decoder" in layer.name.split(".") else "encoder"
    if towers:
        return "text"
    # One token alone hides nothing.
    causal = _is_causal(layer) if layer.queries > 1 else bool(getattr(module, "is_causal", False))
    return "decoder" if causal else "encoder"


def _is_causal(layer: AttentionLayer) -> bool:
    """Whether no query sees a later key."""
    import numpy as np

    if layer.formula is not None:
        return layer.formula.bias.causal
    return not np.triu(layer.weights(), 1).any()
