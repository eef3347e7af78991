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
from dataclasses import dataclass, replace
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
# How far the output of our weights may lie from the call's, as a share of the largest value: the call
# computes in its own precision, while a wrong mask puts the output off by a good part of it.
_OUTPUT_TOLERANCE = {"float32": 1e-3, "float64": 1e-3, "float16": 2e-2, "bfloat16": 5e-2}


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

    def note(self, call: _Call, output: torch.Tensor) -> None:
        """Turn one call for a single text into an `AttentionLayer`, checked against eager and the output."""
        layer = call.layer(self._names[call.module])
        rows = sorted({0, 1, layer.queries // 2, layer.queries - 1} & set(range(layer.queries)))
        ours = layer.weights(rows=rows)
        if not np.isfinite(ours).all():
            raise UnsupportedModel(
                f"{layer.name} gives weights that are no numbers: the model overflows in {call.query.dtype}. "
                'Load it with dtype="float32".'
            )
        if abs(call.eager_weights(rows).numpy() - ours).max() > TOLERANCE:
            import torch

            every = list(range(layer.queries))
            blocks = [every[first : first + BLOCK_ROWS] for first in range(0, layer.queries, BLOCK_ROWS)]
            layer = replace(layer, kept=torch.cat([call.eager_weights(block) for block in blocks], dim=1))
        if not call.explains(layer.weights(rows=rows), rows, output):
            raise UnsupportedModel(
                f"{layer.name} computes its attention in a way that its inputs do not tell, so its weights "
                'cannot be given: load the model with attn_implementation="eager".'
            )
        if self.calls and self.calls[-1][0] is call.module and _same(self.calls[-1][1], layer):
            return  # DiffLlama applies the same weights to each half of its values.
        self.calls.append((call.module, layer))


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
            output = chosen(module, query, key, value, attention_mask, **options)
            if capture.knows(module):
                # Eager functions hide what their mask hides and nothing else.
                causal = chosen is not default and _is_causal(module, attention_mask, options)
                call = _Call(default, module, query, key, value, attention_mask, options, causal)
                capture.note(call, output[0])
            return output

        return attend

    setattr(AttentionInterface, _LOOKUP, get_interface)


def _same(one: AttentionLayer, other: AttentionLayer) -> bool:
    import torch

    return torch.equal(one.query, other.query) and torch.equal(one.key, other.key)


def _is_causal(module: torch.nn.Module, mask: torch.Tensor | None, options: dict[str, Any]) -> bool:
    """Whether a call hides later keys without a mask; the rule of transformers' own SDPA function."""
    asked = options.get("is_causal")
    return mask is None and bool(getattr(module, "is_causal", True) if asked is None else asked)


def _is_rotary(module: torch.nn.Module) -> bool:
    config = getattr(module, "config", None)
    return getattr(config, "rope_parameters", None) is not None


@dataclass(frozen=True, eq=False)
class _Call:
    """One call of an attention function, and what the model's own eager function makes of it.

    Attributes:
        eager: the model's own function, which returns weights.
        module: the attention module that calls.
        query, key, value, mask, options: what it passes. `[batch, head, token, d_head]`; only the first of
            the batch is looked at.
        causal: whether the function that runs hides later keys by itself.
    """

    eager: Callable[..., Any]
    module: torch.nn.Module
    query: torch.Tensor
    key: torch.Tensor
    value: torch.Tensor
    mask: torch.Tensor | None
    options: dict[str, Any]
    causal: bool

    def layer(self, name: str) -> AttentionLayer:
        """Queries, keys and bias of the call."""
        queries, keys = self.query.shape[2], self.key.shape[2]
        scale = self.options.get("scaling")
        sinks = self.options.get("s_aux")
        added = self.options.get("position_bias")
        return AttentionLayer(
            name=name,
            query=self.query[0].detach().cpu(),
            key=self.key[0].detach().cpu(),
            scale=float(self.query.shape[-1] ** -0.5 if scale is None else scale),
            bias=shorten(
                None if self.mask is None else self.mask[0, :, :, :keys].detach().cpu(),
                None if added is None else added[0].detach().cpu(),
                causal=self.causal,
                queries=queries,
                keys=keys,
            ),
            softcap=self.options.get("softcap"),
            sinks=None if sinks is None else sinks.detach().reshape(-1).cpu(),
            rotary=_is_rotary(self.module),
        )

    def eager_weights(self, rows: list[int]) -> torch.Tensor:
        """The eager function's weights of some query rows in float32, `[head, row, key]`."""
        import torch

        options = dict(self.options)
        if options.get("position_bias") is not None:
            options["position_bias"] = options["position_bias"][:1, :, rows].float()
        query, key, value = (x[:1].detach().float() for x in (self.query, self.key, self.value))
        with torch.no_grad():
            _, weights = self.eager(self.module, query[:, :, rows], key, value, self._mask(rows), **options)
        result: torch.Tensor = weights[0].float().cpu()
        return result

    def explains(self, weights: np.ndarray, rows: list[int], output: torch.Tensor) -> bool:
        """Whether weights `[head, row, key]` over the values give what the call put out for these rows."""
        import torch

        value = self.value[0].detach().float().cpu()  # [key_head, key, d_value]
        value = value.repeat_interleave(len(weights) // len(value), dim=0)
        expected = torch.from_numpy(weights) @ value  # [head, row, d_value]
        given = output[0].detach().float().cpu()
        if given.shape[:2] != (self.query.shape[2], len(weights)):  # A few models return heads first.
            given = given.transpose(0, 1)
        allowed = _OUTPUT_TOLERANCE[str(self.query.dtype).removeprefix("torch.")] * float(abs(value).max())
        return bool(abs(given[rows].transpose(0, 1) - expected).max() <= allowed)

    def _mask(self, rows: list[int]) -> torch.Tensor | None:
        """The call's mask for some rows, additive, as eager functions take it."""
        import torch

        keys = self.key.shape[2]
        lowest = torch.finfo(torch.float32).min
        if self.mask is not None:
            mask = self.mask[:1, :, :, :keys]
            mask = mask if mask.shape[2] == 1 else mask[:, :, rows]
            if mask.dtype == torch.bool:
                return torch.zeros(mask.shape, device=mask.device).masked_fill(~mask, lowest)
            return mask.float()
        if not self.causal:
            return None
        device = self.query.device
        later = torch.arange(keys, device=device)[None] > torch.tensor(rows, device=device)[:, None]
        return torch.zeros(later.shape, device=device).masked_fill(later, lowest)[None, None]
