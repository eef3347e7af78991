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
        scale: what that product was seen to be multiplied by.
    """

    scores: torch.Tensor | None
    weights: torch.Tensor
    query: torch.Tensor | None = None
    key: torch.Tensor | None = None
    scale: float = 1.0

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
            scale=self.scale,
        )
        solved = replace(layer, source=head.formula(rotary=rotary))
        rows = some_rows(layer.queries)
        exact = abs(solved.weights(rows=rows) - layer.weights(rows=rows)).max() <= TOLERANCE
        return solved if exact else layer


@dataclass(frozen=True, eq=False)
class _Equation:
    """Scores `[head, query, key]` of one text, and how to get back from them to a formula.

    Scores are scale · q·kᵀ + bias. What they have beyond the product is what the model added: nothing, a
    mask, a number for each distance or key, or something else for each pair (vectors for positions, as in
    DeBERTa or XLNet).

    Attributes:
        scores, weights: what went into the softmax, and what came out.
        query, key: `[head, token, d_head]`.
        scale: what their product was seen to be multiplied by.
    """

    scores: torch.Tensor
    weights: torch.Tensor
    query: torch.Tensor
    key: torch.Tensor
    scale: float

    def formula(self, *, rotary: bool) -> Formula:
        """The formula, its bias in the shortest form."""
        bias = stacked([self._bias(head) for head in range(len(self.scores))])
        return Formula(self.query, self.key, self.scale, bias, rotary=rotary)

    def _bias(self, head: int) -> Bias:
        """What one head's scores have beyond scale · q·kᵀ."""
        import torch

        scores, weights = self.scores[head], self.weights[head]
        key = self.key[head // (len(self.query) // len(self.key))]
        rest = scores - self.scale * (self.query[head] @ key.T)  # [query, key]
        rest = rest.masked_fill((weights == 0) & (rest < _MASKED), -torch.inf)
        rounding = 4 * torch.finfo(torch.float32).eps * float(scores[weights > 0].abs().max())
        queries, keys = rest.shape
        return shorten(rest[None], None, causal=False, queries=queries, keys=keys, tolerance=rounding)
