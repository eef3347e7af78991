"""Listening at transformers' attention interface, where most models fetch their attention function.

They do so through `AttentionInterface.get_interface`, and hand their own eager function along as the
default. While a capture is active in this context, the function they get back notes what it was called
with and then calls what the model would have called: same implementation, same configuration, same
output, same speed. Other threads and other models are not touched. (Registering an implementation of
our own instead would change the model: some build their masks only for the names "eager" and "sdpa".)
"""

from __future__ import annotations

import functools
from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING, Any

from attnviz.capture.call import Call
from attnviz.errors import UnsupportedModel

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from attnviz.capture.capture import Capture

active: ContextVar[Capture | None] = ContextVar("attnviz_capture", default=None)

# Two threads that start their first capture together must not both wrap the method.
_listening = Lock()

# The method of transformers' AttentionInterface that is wrapped; it came with 5.1.
_LOOKUP = "get_interface"


def listen() -> None:
    """Wrap `get_interface`, once a process; without an active capture it changes nothing."""
    with _listening:
        _wrap()


@functools.cache
def _wrap() -> None:
    import torch
    from transformers.modeling_utils import AttentionInterface

    original = getattr(AttentionInterface, _LOOKUP)

    @functools.wraps(original)
    def get_interface(self: Any, attn_implementation: str, default: Callable[..., Any]) -> Callable[..., Any]:
        chosen: Callable[..., Any] = original(self, attn_implementation, default)
        capture = active.get()
        if capture is None:
            return chosen

        # The parameters keep the names the models use: a hundred call sites pass the mask by keyword.
        def attend(
            module: torch.nn.Module,
            query: torch.Tensor,
            key: torch.Tensor,
            value: torch.Tensor,
            attention_mask: torch.Tensor | None = None,
            **options: Any,
        ) -> Any:
            if not capture.knows(module):  # Another model, run inside this one.
                with capture.deaf():
                    return chosen(module, query, key, value, attention_mask, **options)
            if not isinstance(attention_mask, torch.Tensor | None):
                raise UnsupportedModel(
                    f"{attn_implementation} hides keys by a {type(attention_mask).__name__}, which cannot be "
                    'read: load the model with attn_implementation="eager" or "sdpa".'
                )
            with capture.deaf():  # What the function itself calls is this call.
                output = chosen(module, query, key, value, attention_mask, **options)
                # Eager functions hide what their mask hides and nothing else.
                causal = chosen is not default and _is_causal(module, attention_mask, options)
                call = Call(
                    module=module,
                    eager=default,
                    runs=chosen,
                    query=query,
                    key=key,
                    value=value,
                    mask=attention_mask,
                    options=options,
                    causal=causal,
                    output=output[0],
                    tier="interface",
                    biases=capture.biases,
                )
                capture.note(module, call)
            return output

        return attend

    setattr(AttentionInterface, _LOOKUP, get_interface)


def _is_causal(module: torch.nn.Module, mask: torch.Tensor | None, options: dict[str, Any]) -> bool:
    """Whether a call hides later keys without a mask; the rule of transformers' own SDPA function."""
    asked = options.get("is_causal")
    return mask is None and bool(getattr(module, "is_causal", True) if asked is None else asked)
