"""One attention layer of a trace: queries, keys and bias in, any weight out, exactly and on demand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from attnviz.capture.bias import Bias

# Rows are computed in blocks so that a long text never needs a whole [head, query, key] twice over.
BLOCK_ROWS = 512


@dataclass(frozen=True, eq=False)
class AttentionLayer:
    """What one call of a model's attention was given.

    Attributes:
        name: the module's path in the model, as `named_modules` writes it.
        query: `[head, query, d_head]`, after rotary embedding where the model has one.
        key: `[key_head, key, d_head]`; query head h uses key head h // (heads / key_heads).
        scale: factor on q·k.
        softcap: scores become softcap · tanh(score / softcap) (Gemma 2), or None.
        sinks: `[head]`, one extra score a head that takes mass and has no key (GPT-OSS), or None.
        bias: what is added before the softmax.
        kept: float32 weights `[head, query, key]` where the formula above does not give the model's
            own numbers, else None.
        rotary: whether queries and keys carry a rotary position embedding.
    """

    name: str
    query: torch.Tensor
    key: torch.Tensor
    scale: float
    bias: Bias
    softcap: float | None = None
    sinks: torch.Tensor | None = None
    kept: torch.Tensor | None = None
    rotary: bool = False

    @property
    def heads(self) -> int:
        """Number of query heads."""
        return int(self.query.shape[0])

    @property
    def key_heads(self) -> int:
        """Number of key heads; fewer than `heads` where queries are grouped."""
        return int(self.key.shape[0])

    @property
    def d_head(self) -> int:
        """Length of a query or key vector."""
        return int(self.query.shape[2])

    @property
    def queries(self) -> int:
        """Number of query tokens."""
        return int(self.query.shape[1])

    @property
    def keys(self) -> int:
        """Number of key tokens."""
        return int(self.key.shape[1])

    def query_vectors(self) -> np.ndarray:
        """float32 `[head, query, d_head]`."""
        return _to_numpy(self.query)

    def key_vectors(self) -> np.ndarray:
        """float32 `[key_head, key, d_head]`."""
        return _to_numpy(self.key)

    def halved(self) -> AttentionLayer:
        """The same layer with queries and keys rounded to float16, to see what the rounding costs."""
        return replace(self, query=self.query.half().float(), key=self.key.half().float())

    def weights(self, heads: Sequence[int] | None = None, rows: Sequence[int] | None = None) -> np.ndarray:
        """Attention weights of some heads and query rows (all by default), float32 `[head, row, key]`.

        Rows sum to 1, or to less where the layer has sinks.
        """
        import torch

        head_index = torch.arange(self.heads) if heads is None else torch.as_tensor(heads)
        row_index = torch.arange(self.queries) if rows is None else torch.as_tensor(rows)
        if self.kept is not None:
            return _to_numpy(self.kept[head_index][:, row_index])
        out = np.empty((len(head_index), len(row_index), self.keys), dtype=np.float32)
        for first in range(0, len(row_index), BLOCK_ROWS):
            block = row_index[first : first + BLOCK_ROWS]
            out[:, first : first + len(block)] = self._formula(head_index, block).numpy()
        return out

    def _formula(self, heads: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """softmax(softcap(scale · q·kᵀ) + bias), with sinks; float32 `[head, row, key]`."""
        import torch

        query = self.query[heads][:, rows].float()  # [head, row, d_head]
        key = self.key[heads // (self.heads // self.key_heads)].float()  # [head, key, d_head]
        scores = query @ key.transpose(1, 2) * self.scale  # [head, row, key]
        if self.softcap is not None:
            scores = torch.tanh(scores / self.softcap) * self.softcap
        if not self.bias.empty:
            bias = self.bias.rows(rows)
            scores = scores + (bias if bias.shape[0] == 1 else bias[heads])
        if self.sinks is not None:
            sink = self.sinks[heads].float()[:, None, None].expand(-1, len(rows), 1)
            return torch.softmax(torch.cat([scores, sink], dim=-1), dim=-1)[..., :-1]
        return torch.softmax(scores, dim=-1)


def _to_numpy(tensor: torch.Tensor) -> np.ndarray:
    array: np.ndarray = tensor.float().numpy()
    return array
