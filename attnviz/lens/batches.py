"""Several texts in one forward pass: padded on the right, with a mask over the padding."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from attnviz.errors import UnsupportedModel
from attnviz.lens.limits import embeddings_of

# How far weights of one text, alone and in a batch, lie apart in float32 and in half precision.
_ROUNDING = 1e-4
_ROUNDING_HALF = 5e-2

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from attnviz.capture import Trace
    from attnviz.lens.reading import Reading


def joined(model: Any, readings: Sequence[Reading]) -> tuple[dict[str, torch.Tensor], list[int] | None]:
    """The inputs of several texts as those of one batch, and the length of each.

    Padding stands on the right whatever side the tokenizer pads for generation: so positions count as they
    do for one text, and what causal models see is the same.
    """
    import torch

    if len(readings) == 1:
        return readings[0].inputs, None
    lengths = [len(reading.tokens) for reading in readings]
    longest = max(lengths)
    # Any id would do, as the padding is masked; some models count their positions by it.
    pad, known = getattr(model.config.get_text_config(), "pad_token_id", None), embeddings_of(model)
    fill = {"input_ids": pad if pad is not None and 0 <= pad < (known or 0) else 0}

    def padded(name: str, tensor: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.pad(tensor, (0, longest - tensor.shape[1]), value=fill.get(name, 0))

    inputs = {
        name: torch.cat([padded(name, reading.inputs[name]) for reading in readings])
        for name in readings[0].inputs
    }
    if min(lengths) < longest:
        if "attention_mask" not in inspect.signature(model.forward).parameters:
            raise UnsupportedModel(
                f"{type(model).__name__} takes no attention_mask, so texts of different lengths cannot share "
                "a pass: use batch_size=1."
            )
        mask = [[1] * length + [0] * (longest - length) for length in lengths]
        inputs["attention_mask"] = torch.tensor(mask, device=inputs["input_ids"].device)
    return inputs, lengths


def same_attention(one: Trace, other: Trace) -> bool:
    """Whether two traces of a text have the same weights in their last layers, up to rounding."""
    # By their order: one token alone does not tell an encoder from a decoder.
    for ours, group in zip(one.groups.values(), other.groups.values(), strict=True):
        last = group[group.layers - 1]
        half = last.formula is not None and last.formula.query.dtype.itemsize < 4
        apart = abs(ours[ours.layers - 1].weights() - last.weights()).max()
        if ours.layers != group.layers or apart > (_ROUNDING_HALF if half else _ROUNDING):
            return False
    return True
