"""How many tokens a model takes, and how many it knows, told by its tables of embeddings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from attnviz.capture import is_vision

if TYPE_CHECKING:
    import torch

# What models call their tables of learned positions.
_POSITIONS = ("position_embedding", "position_embeddings", "positions_embed", "wpe", "embed_positions")


def learned_positions(model: torch.nn.Module, side: Literal["encoder", "decoder"]) -> int | None:
    """How many positions a model has learned, or None where positions have no table.

    Rotary and relative positions go on beyond any length; a table of embeddings ends. RoBERTa's table
    starts counting after its padding index. An encoder-decoder model may have one for each side.
    """
    import torch

    found: dict[str, int] = {}
    for name, module in model.named_modules():
        if is_vision(name):
            continue
        if isinstance(module, torch.nn.Embedding) and name.rsplit(".", 1)[-1] in _POSITIONS:
            offset = getattr(module, "offset", 0)  # BART's table carries two unused rows in front.
            skipped = module.padding_idx + 1 if module.padding_idx is not None else offset
            of = next((part for part in name.split(".") if part in ("encoder", "decoder")), "encoder")
            found.setdefault(of, int(module.num_embeddings - skipped))
    return found.get(side, found.get("encoder"))


def embeddings_of(model: Any) -> int | None:
    """For how many ids a model has an embedding; None where it has no table (CANINE hashes characters)."""
    try:
        return int(model.get_input_embeddings().num_embeddings)
    except (NotImplementedError, AttributeError):  # How transformers and its models say so.
        return None
