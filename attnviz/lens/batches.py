"""Several texts in one forward pass: padded on the right, with a mask over the padding."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from attnviz.errors import UnsupportedModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

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
    fill = {"input_ids": getattr(model.config.get_text_config(), "pad_token_id", None) or 0}

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
