"""A softmax that a model computed by itself: from scores and their queries and keys back to the formula."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from attnviz.capture.bias import Bias, shorten, stacked
from attnviz.capture.call import TOLERANCE, owned
from attnviz.capture.layer import AttentionLayer, Formula, Kept

if TYPE_CHECKING:
    import torch

# A score this far below the rest, with a weight of zero, was masked: models add −1e4, −65,504, −1e9, −∞ …
_MASKED = -1e3


@dataclass(frozen=True, eq=False)
class Scores:
    """What went into one softmax and what came out, `[text, head, query, key]`.

    Attributes:
        scores: what the softmax was given; None where only its weights are known.
        weights: what it gave.
        query, key: `[text, head, token, d_head]`, whose product the scores were made from.
    """

    scores: torch.Tensor | None
    weights: torch.Tensor
    query: torch.Tensor | None = None
    key: torch.Tensor | None = None

    def layer(self, name: str, text: int, lengths: list[int] | None, *, rotary: bool) -> AttentionLayer:
        """The layer of one text of the batch, without its padding, which stands on the right.

        Args:
            name: the path of the module that calls.
            text: which text.
            lengths: number of tokens of each; None for one text, which has no padding.
            rotary: whether queries and keys carry a rotary position embedding.
        """
        padded = max(lengths) if lengths else 0
        size = lengths[text] if lengths else 0

        def cut(tensor: torch.Tensor, *axes: int) -> torch.Tensor:
            tensor = tensor[text if len(tensor) > 1 else 0]
            for axis in axes:
                if size < padded and tensor.shape[axis] == padded:
                    tensor = tensor.narrow(axis, 0, size)
            return tensor.detach().float().cpu()

        weights = cut(self.weights, 1, 2)
        layer = AttentionLayer(name, Kept(owned(weights)), "functions")
        if self.scores is None or self.query is None or self.key is None:
            return layer
        formula = _solve(cut(self.scores, 1, 2), weights, cut(self.query, 1), cut(self.key, 1), rotary=rotary)
        solved = replace(layer, source=formula)
        rows = sorted({0, 1, layer.queries // 2, layer.queries - 1} & set(range(layer.queries)))
        exact = abs(solved.weights(rows=rows) - layer.weights(rows=rows)).max() <= TOLERANCE
        return solved if exact else layer


def _solve(
    scores: torch.Tensor, weights: torch.Tensor, query: torch.Tensor, key: torch.Tensor, *, rotary: bool
) -> Formula:
    """The formula of scores `[head, query, key]`: the scale that leaves the shortest bias.

    Scores are scale · q·kᵀ + bias, where neither scale nor bias was handed to us. With the right scale
    what remains is what the model added: nothing, a mask, a number for each distance or key. Where every
    scale leaves something else (vectors for positions, as in DeBERTa or XLNet), it is the bias.
    """
    groups = len(query) // len(key)
    scale, bias = 1.0, None
    for candidate in _scales(scores, query, key, groups):
        first = _remainder(scores, weights, query, key, groups, candidate, 0)
        if bias is None or first.dense is None:
            scale, bias = candidate, first
        if first.dense is None:
            break
    biases = [_remainder(scores, weights, query, key, groups, scale, head) for head in range(len(scores))]
    return Formula(owned(query), owned(key), scale, stacked(biases), rotary=rotary)


def _scales(scores: torch.Tensor, query: torch.Tensor, key: torch.Tensor, groups: int) -> list[float]:
    """Scales in use, nearest first to the slope of scores over products."""
    import torch

    size = query.shape[-1]
    usual = [1.0, size**-0.5, (2 * size) ** -0.5, (3 * size) ** -0.5, 1 / size]
    raw = query[0] @ key[0].transpose(-1, -2)
    seen = scores[0] > scores[0].amax(dim=-1, keepdim=True) + _MASKED
    if int(seen.sum()) < 2:
        return usual
    x, y = raw[seen], scores[0][seen]
    slope = float(torch.cov(torch.stack([x, y]))[0, 1] / x.var().clamp(min=1e-12))
    return sorted(usual, key=lambda scale: abs(scale - slope))


def _remainder(
    scores: torch.Tensor,
    weights: torch.Tensor,
    query: torch.Tensor,
    key: torch.Tensor,
    groups: int,
    scale: float,
    head: int,
) -> Bias:
    """What one head's scores have beyond scale · q·kᵀ."""
    import torch

    rest = scores[head] - scale * (query[head] @ key[head // groups].transpose(-1, -2))  # [query, key]
    rest = rest.masked_fill((weights[head] == 0) & (rest < _MASKED), -torch.inf)
    rounding = 4 * torch.finfo(torch.float32).eps * float(scores[head][weights[head] > 0].abs().max())
    queries, keys = rest.shape
    return shorten(rest[None], None, causal=False, queries=queries, keys=keys, tolerance=rounding)
