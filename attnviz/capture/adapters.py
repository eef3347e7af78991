"""Attention in bands: Longformer's and LED's, which no function of torch shows as query × key.

Each query sees the keys at most half a window away, and the model lays the weights out by distance. Queries,
keys and values are the module's own projections of what it is given; the band is its bias.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attnviz.capture.call import Call, textbook
from attnviz.errors import UnsupportedModel

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from attnviz.capture.call import BiasCache


def banded(
    module: Any, inputs: tuple[Any, ...], options: dict[str, Any], output: Any, biases: BiasCache
) -> Call:
    """One call of Longformer's local attention.

    Args:
        module: the attention module.
        inputs, options, output: what it was called with, and what it gave.
        biases: those of the calls before.

    Raises:
        UnsupportedModel: some tokens have global attention.
    """
    import torch

    if options["is_global_attn"]:
        raise UnsupportedModel(
            f"{type(module).__name__} gives some tokens global attention, which is not captured: load the "
            "model without its task's head, and pass no global_attention_mask."
        )
    hidden = inputs[0] if inputs else options["hidden_states"]  # [text, padded, embed]
    padding = options["is_index_masked"]
    length = int((~padding).sum(dim=1).max())  # Padded to whole windows.
    reach = module.one_sided_attn_window_size
    place = torch.arange(length, device=hidden.device)
    near = (place[None] - place[:, None]).abs() <= reach

    def by_head(vectors: torch.Tensor) -> torch.Tensor:
        return vectors.reshape(*vectors.shape[:2], module.num_heads, module.head_dim)

    def heads(projection: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
        return by_head(projection(hidden[:, :length])).transpose(1, 2)

    return Call(
        module=module,
        eager=textbook,
        runs=module.forward,
        query=heads(module.query),
        key=heads(module.key),
        value=heads(module.value),
        mask=near & ~padding[:, None, None, :length],
        options={},
        causal=False,
        output=by_head(output[0][:, :length]),
        tier="adapter",
        biases=biases,
    )


# By the name of the module's class.
ADAPTERS = {"LongformerSelfAttention": banded, "LEDEncoderSelfAttention": banded}
