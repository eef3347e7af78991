"""A softmax that a model computed by itself: from scores and their queries and keys back to the formula."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from attnviz.capture.bias import Bias, shorten, stacked
from attnviz.capture.call import TOLERANCE, of_text, owned, some_rows
from attnviz.capture.layer import AttentionLayer, Formula, Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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

    @property
    def agree(self) -> bool:
        """Whether queries and keys have sizes that give the scores."""
        if self.query is None or self.key is None:
            return True
        texts, heads, queries, keys = self.weights.shape
        query, key = self.query.shape, self.key.shape
        return (
            query == (texts, heads, queries, key[-1])
            and (key[0], key[2]) == (texts, keys)
            and heads % key[1] == 0
        )

    def layers(self, name: str, lengths: Sequence[int] | None, *, rotary: bool) -> list[AttentionLayer]:
        """One layer per text; see `Capture`.

        Args:
            name: the path of the module that calls.
            lengths: number of tokens of each text; None for one text, which has no padding.
            rotary: whether queries and keys carry a rotary position embedding.
        """
        if lengths is None:
            layer = self._layer(name, partial(of_text, text=0, size=None, padded=None), rotary=rotary)
            return [replace(layer, windows=len(self.weights))]
        return [
            self._layer(name, partial(of_text, text=text, size=size, padded=max(lengths)), rotary=rotary)
            for text, size in enumerate(lengths)
        ]

    def _layer(self, name: str, cut: Callable[..., torch.Tensor], *, rotary: bool) -> AttentionLayer:
        weights = cut(self.weights, 2, 3)[0].float().cpu()
        layer = AttentionLayer(name, Kept(owned(weights)), "functions")
        if self.scores is None or self.query is None or self.key is None:
            return layer
        head = _Equation(
            scores=cut(self.scores, 2, 3)[0].float().cpu(),
            weights=weights,
            query=owned(cut(self.query, 2)[0]).float(),
            key=owned(cut(self.key, 2)[0]).float(),
        )
        solved = replace(layer, source=head.formula(rotary=rotary))
        rows = some_rows(layer.queries)
        exact = abs(solved.weights(rows=rows) - layer.weights(rows=rows)).max() <= TOLERANCE
        return solved if exact else layer


@dataclass(frozen=True, eq=False)
class _Equation:
    """Scores `[head, query, key]` of one text, and how to get back from them to a formula.

    Scores are scale · q·kᵀ + bias, where neither scale nor bias was handed to us. With the right scale
    what remains is what the model added: nothing, a mask, a number for each distance or key. Where every
    scale leaves something else (vectors for positions, as in DeBERTa or XLNet), it is the bias.
    """

    scores: torch.Tensor
    weights: torch.Tensor
    query: torch.Tensor
    key: torch.Tensor

    def formula(self, *, rotary: bool) -> Formula:
        """The formula with the scale that leaves the shortest bias."""
        scales = self._scales()
        short = (scale for scale in scales if self._bias(0, scale).dense is None)
        scale = next(short, scales[0])
        bias = stacked([self._bias(head, scale) for head in range(len(self.scores))])
        return Formula(self.query, self.key, scale, bias, rotary=rotary)

    def _products(self, head: int) -> torch.Tensor:
        """q·kᵀ of one head, `[query, key]`."""
        groups = len(self.query) // len(self.key)
        return self.query[head] @ self.key[head // groups].T

    def _scales(self) -> list[float]:
        """Scales in use, the one nearest to the slope of scores over products first."""
        import torch

        size = self.query.shape[-1]
        usual = [1.0, size**-0.5, (2 * size) ** -0.5, (3 * size) ** -0.5, 1 / size]
        scores = self.scores[0]
        seen = scores > scores.amax(dim=-1, keepdim=True) + _MASKED
        if int(seen.sum()) < 2:
            return usual
        x, y = self._products(0)[seen], scores[seen]
        slope = float(torch.cov(torch.stack([x, y]))[0, 1] / x.var().clamp(min=1e-12))
        return sorted(usual, key=lambda scale: abs(scale - slope))

    def _bias(self, head: int, scale: float) -> Bias:
        """What one head's scores have beyond scale · q·kᵀ."""
        import torch

        scores, weights = self.scores[head], self.weights[head]
        rest = scores - scale * self._products(head)  # [query, key]
        rest = rest.masked_fill((weights == 0) & (rest < _MASKED), -torch.inf)
        rounding = 4 * torch.finfo(torch.float32).eps * float(scores[weights > 0].abs().max())
        queries, keys = rest.shape
        return shorten(rest[None], None, causal=False, queries=queries, keys=keys, tolerance=rounding)
