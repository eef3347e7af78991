"""Listening to a model's attention while it runs as it always does.

transformers' models fetch their attention function through `AttentionInterface.get_interface`, and
hand their own eager function along as the default. While a capture is active in this context, the
function they get back notes what it was called with and then calls what the model would have called:
same implementation, same configuration, same output, same speed. Other threads and other models are
not touched. (Registering an implementation of our own instead would change the model: some build
their masks only for the names "eager" and "sdpa".)
"""

from __future__ import annotations

import functools
from contextvars import ContextVar
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from attnviz.capture.bias import shorten
from attnviz.capture.layer import BLOCK_ROWS, AttentionLayer
from attnviz.errors import UnsupportedModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    import torch

_active: ContextVar[Capture | None] = ContextVar("attnviz_capture", default=None)

# Two threads that start their first capture together must not both wrap the method.
_listening = Lock()

# The method of transformers' AttentionInterface that is wrapped; it came with 5.1.
_LOOKUP = "get_interface"

# How far our formula may lie from the model's own eager attention before its weights are kept instead.
TOLERANCE = 1e-5


class Capture:
    """A context in which every attention call of `model` is noted, in the order of the calls.

    Attributes:
        calls: one `(module, AttentionLayer)` per call. A module that runs several times in one pass
            (ALBERT's shared layer) stands there several times.
    """

    def __init__(self, model: torch.nn.Module) -> None:
        self._names = {module: name for name, module in model.named_modules()}
        self.calls: list[tuple[torch.nn.Module, AttentionLayer]] = []

    def __enter__(self) -> Self:
        with _listening:
            _listen()
        self._token = _active.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _active.reset(self._token)

    def knows(self, module: torch.nn.Module) -> bool:
        """Whether a module belongs to the captured model."""
        return module in self._names

    def note(
        self,
        eager: Callable[..., Any],
        module: torch.nn.Module,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        mask: torch.Tensor | None,
        options: dict[str, Any],
    ) -> None:
        """Turn one call for a single text into an `AttentionLayer`, checked against `eager`."""
        layer = _layer(self._names[module], module, query, key, mask, options)
        reference = _Reference(eager, module, query, key, value, mask, options)
        rows = sorted({0, 1, layer.queries // 2, layer.queries - 1} & set(range(layer.queries)))
        ours = layer.weights(rows=rows)
        if not np.isfinite(ours).all():
            raise UnsupportedModel(
                f"{layer.name} gives weights that are no numbers: the model overflows in {query.dtype}. "
                'Load it with dtype="float32".'
            )
        if abs(reference.weights(rows).numpy() - ours).max() > TOLERANCE:
            import torch

            every = list(range(layer.queries))
            blocks = [every[first : first + BLOCK_ROWS] for first in range(0, layer.queries, BLOCK_ROWS)]
            kept = [reference.weights(block) for block in blocks]
            layer = replace(layer, kept=torch.cat(kept, dim=1))
        self.calls.append((module, layer))


@functools.cache
def _listen() -> None:
    """Wrap `get_interface`, once a process; without an active capture it changes nothing."""
    from transformers.modeling_utils import AttentionInterface

    original = getattr(AttentionInterface, _LOOKUP)

    @functools.wraps(original)
    def get_interface(self: Any, attn_implementation: str, default: Callable[..., Any]) -> Callable[..., Any]:
        chosen: Callable[..., Any] = original(self, attn_implementation, default)
        capture = _active.get()
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
            if capture.knows(module):
                capture.note(default, module, query, key, value, attention_mask, options)
            return chosen(module, query, key, value, attention_mask, **options)

        return attend

    setattr(AttentionInterface, _LOOKUP, get_interface)


def _layer(
    name: str,
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    mask: torch.Tensor | None,
    options: dict[str, Any],
) -> AttentionLayer:
    queries, keys = query.shape[2], key.shape[2]
    scale = options.get("scaling")
    sinks = options.get("s_aux")
    added = options.get("position_bias")
    return AttentionLayer(
        name=name,
        query=query[0].detach().cpu(),
        key=key[0].detach().cpu(),
        scale=float(query.shape[-1] ** -0.5 if scale is None else scale),
        bias=shorten(
            None if mask is None else mask[0, :, :, :keys].detach().cpu(),
            None if added is None else added[0].detach().cpu(),
            causal=is_causal(module, mask, options),
            queries=queries,
            keys=keys,
        ),
        softcap=options.get("softcap"),
        sinks=None if sinks is None else sinks.detach().reshape(-1).cpu(),
        rotary=_is_rotary(module),
    )


def is_causal(module: torch.nn.Module, mask: torch.Tensor | None, options: dict[str, Any]) -> bool:
    """Whether a call hides later keys without a mask; the rule of transformers' own SDPA function."""
    asked = options.get("is_causal")
    return mask is None and bool(getattr(module, "is_causal", True) if asked is None else asked)


def _is_rotary(module: torch.nn.Module) -> bool:
    config = getattr(module, "config", None)
    return getattr(config, "rope_parameters", None) is not None


class _Reference:
    """The model's own eager attention, by rows, in float32."""

    def __init__(
        self,
        eager: Callable[..., Any],
        module: torch.nn.Module,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        mask: torch.Tensor | None,
        options: dict[str, Any],
    ) -> None:
        self.eager, self.module, self.options = eager, module, dict(options)
        self.query, self.key, self.value = (x[:1].detach().float() for x in (query, key, value))
        self.mask = None if mask is None else mask[:1, :, :, : key.shape[2]]
        self.causal = is_causal(module, mask, options)

    def weights(self, rows: list[int]) -> torch.Tensor:
        """float32 `[head, row, key]`."""
        import torch

        options = dict(self.options)
        if options.get("position_bias") is not None:
            options["position_bias"] = options["position_bias"][:1, :, rows].float()
        with torch.no_grad():
            _, weights = self.eager(
                self.module, self.query[:, :, rows], self.key, self.value, self._mask(rows), **options
            )
        result: torch.Tensor = weights[0].float().cpu()
        return result

    def _mask(self, rows: list[int]) -> torch.Tensor | None:
        """The call's mask for some rows, additive, as eager functions take it."""
        import torch

        lowest = torch.finfo(torch.float32).min
        if self.mask is not None:
            mask = self.mask if self.mask.shape[2] == 1 else self.mask[:, :, rows]
            if mask.dtype == torch.bool:
                return torch.zeros(mask.shape, device=mask.device).masked_fill(~mask, lowest)
            return mask.float()
        if not self.causal:
            return None
        device = self.query.device
        later = (
            torch.arange(self.key.shape[2], device=device)[None] > torch.tensor(rows, device=device)[:, None]
        )
        return torch.zeros(later.shape, device=device).masked_fill(later, lowest)[None, None]
